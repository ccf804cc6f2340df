// The person's own key in the browser: made here by WebCrypto (Ed25519), kept in this browser so that no script can read
// it again, written down as words, and used to sign what is shown. Its secret half is never sent anywhere.

const CONSONANTS = "bdfghjklmnprstvz", VOWELS = "aiou", WORDS = 17;
const HEAD = new Uint8Array([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]);

const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");

function word(number) {
  const first = number >> 10, middle = (number >> 4) & 63, last = number & 15;
  return CONSONANTS[first >> 2] + VOWELS[first & 3] + CONSONANTS[middle >> 2] + VOWELS[middle & 3] + CONSONANTS[last];
}

function number(text) {
  if (text.length !== 5) return -1;
  let found = 0;
  for (let place = 0; place < 5; place += 1) {
    const letters = place % 2 ? VOWELS : CONSONANTS, at = letters.indexOf(text[place]);
    if (at < 0) return -1;
    found = found * letters.length + at;
  }
  return found;
}

/** The secret half as words for paper, the last of which tells a slip of the pen. */
export async function wordsOf(secret) {
  const check = new Uint8Array(await crypto.subtle.digest("SHA-256", secret)).slice(0, 2);
  const whole = [...secret, ...check];
  return Array.from({ length: WORDS }, (_, place) => word(whole[2 * place] * 256 + whole[2 * place + 1])).join(" ");
}

/** The secret half read from words; null where they are none. */
export async function secretOf(text) {
  const found = text.toLowerCase().replaceAll("-", " ").split(/\s+/).filter(Boolean).map(number);
  if (found.length !== WORDS || found.includes(-1)) return null;
  const whole = Uint8Array.from(found.flatMap((one) => [one >> 8, one & 255]));
  const secret = whole.slice(0, 32), check = new Uint8Array(await crypto.subtle.digest("SHA-256", secret));
  return check[0] === whole[32] && check[1] === whole[33] ? secret : null;
}

/** A pair of keys of a secret half; the private one cannot be read out of this browser. */
export async function pairOf(secret) {
  const wrapped = Uint8Array.from([...HEAD, ...secret]);
  const open = await crypto.subtle.importKey("pkcs8", wrapped, { name: "Ed25519" }, true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", open);
  const raw = Uint8Array.from(atob(x.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const sealed = await crypto.subtle.importKey("pkcs8", wrapped, { name: "Ed25519" }, false, ["sign"]);
  return { key: sealed, public: hex(raw) };
}

function shelf(mode, act) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("geopolity-credential", 1);
    opening.onupgradeneeded = () => { opening.result.createObjectStore("keys"); };
    opening.onerror = () => { failed(opening.error); };
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("keys", mode).objectStore("keys"));
      asked.onsuccess = () => { done(asked.result); opening.result.close(); };
      asked.onerror = () => { failed(asked.error); };
    };
  });
}

/** The pair of a public half, if this browser keeps it; under whatever name. */
export const pairWith = async (key) => (await shelf("readonly", (keys) => keys.getAll())).find((one) => one.public === key);
/** Keep a pair in this browser, under a name. */
export const keepPair = (name, pair) => shelf("readwrite", (keys) => keys.put(pair, name));
const kept = (citizen) => shelf("readonly", (keys) => keys.get(citizen));
const keep = (citizen, pair) => shelf("readwrite", (keys) => keys.put(pair, citizen));

async function answer(address, options) {
  const got = await fetch(address, options);
  if (got.ok) return got.status === 204 ? null : got.json();
  const said = await got.json().catch(() => ({}));
  throw new Error(said.detail ?? String(got.status));
}

function begin(root) {
  const words = JSON.parse(root.dataset.words), { citizen } = root.dataset;
  const part = (name) => root.querySelector(`[data-${name}]`);
  const say = (text) => { part("said").textContent = text; };
  let pair = null, act = "";
  part("has-script").hidden = false;

  async function ownPair() {
    const found = await kept(citizen);
    if (found && (!root.dataset.key || found.public === root.dataset.key)) return found;
    if (root.dataset.key) { part("words-in").hidden = false; root.querySelector("#words").focus(); return null; }
    const secret = crypto.getRandomValues(new Uint8Array(32)), made = await pairOf(secret);
    part("show-said").textContent = words.made;
    part("show-words").textContent = await wordsOf(secret);
    part("show").hidden = false;
    await keep(citizen, made);
    return made;
  }

  async function show() {
    if (!pair) return;
    const address = act === "consent" ? "consent/statement" : "consent/withdrawal";
    const said = await answer(`/api/v1/citizens/${citizen}/${address}?key=${pair.public}`);
    part("text").textContent = said.statement;
    part("statement").hidden = false;
    part("sign").focus();
  }

  async function sign() {
    const statement = part("text").textContent;
    const signature = hex(await crypto.subtle.sign("Ed25519", pair.key, new TextEncoder().encode(statement)));
    await answer(`/api/v1/citizens/${citizen}/${act === "consent" ? "consent" : "consent/withdrawal"}`, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ statement, key: pair.public, signature }),
    });
    say(words.signed);
    location.assign("/citizenship");
  }

  const guarded = (work) => async () => {
    try { await work(); } catch (error) {
      say(error.name === "NotSupportedError" ? words.unable : `${words.failed} ${error.message}`);
    }
  };
  root.querySelectorAll("[data-act]").forEach((button) => {
    button.addEventListener("click", guarded(async () => { act = button.dataset.act; pair = await ownPair(); await show(); }));
  });
  part("use-words").addEventListener("click", guarded(async () => {
    const secret = await secretOf(root.querySelector("#words").value), found = secret && await pairOf(secret);
    if (!found || found.public !== root.dataset.key) { say(words.wrong); return; }
    pair = found;
    await keep(citizen, pair);
    part("words-in").hidden = true;
    say("");
    await show();
  }));
  part("sign").addEventListener("click", guarded(sign));
}

if (typeof document !== "undefined") document.querySelectorAll("[data-credential]").forEach(begin);
