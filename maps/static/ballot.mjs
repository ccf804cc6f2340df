// Ballots that no server reads, in the browser: encrypted here to the trustees' key with proofs that they hold one choice,
// checked if the delegate wants to, signed by their own key, and only then cast. services/verifiers/README.md writes every
// transcript down. And what a delegate signs besides: to open the seat, and to answer.

import { ristretto255, sha512 } from "./noble-curves.mjs";
import { keepPair, pairOf, pairWith, secretOf } from "./credential.mjs";

const { Point } = ristretto255, Q = Point.Fn.ORDER, G = Point.BASE, ZERO = Point.ZERO;
export const CHOICES = ["yes", "no", "abstain"];

const mod = (number) => ((number % Q) + Q) % Q;
const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
const times = (number, point) => (mod(number) === 0n || point.equals(ZERO) ? ZERO : point.multiply(mod(number)));
const little = (bytes) => [...bytes].reduceRight((found, byte) => found * 256n + BigInt(byte), 0n);
const scalar = (number) => { // 32 bytes, little-endian, in hexadecimal
  const digits = mod(number).toString(16).padStart(64, "0");
  return digits.match(/../g).reverse().join("");
};

/** A scalar that is uniformly random: 64 random bytes, modulo the order. */
export const coin = () => mod(little(crypto.getRandomValues(new Uint8Array(64)))) || coin();

function challenge(tag, ...said) {
  const lines = ["geopolity vote 1", tag, ...said.map((one) => (typeof one === "string" ? one : one.toHex()))];
  return mod(little(sha512(new TextEncoder().encode(lines.join("\n")))));
}

/** Canonical JSON: sorted keys, no blanks. */
export function canonical(record) {
  if (Array.isArray(record)) return `[${record.map(canonical).join(",")}]`;
  if (record === null || typeof record !== "object") return JSON.stringify(record);
  const keys = Object.keys(record).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`).join(",")}}`;
}

export const digestOf = async (record) =>
  hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(record))));

function proveEqual(context, secret, other) { // Chaum-Pedersen
  const once = coin();
  const hashed = challenge("equal", context, times(secret, G), other, times(secret, other), times(once, G), times(once, other));
  return [hashed, mod(once + hashed * secret)];
}

function proveBit(context, key, bit, hidden) { // Cramer-Damgård-Schoenmakers
  const alpha = times(hidden, G), beta = times(hidden, key).add(bit ? G : ZERO);
  const [wrongHashed, wrongResponse, once] = [coin(), coin(), coin()];
  const rest = bit ? beta : beta.subtract(G); // what the other choice would leave
  const wrong = [
    times(wrongResponse, G).subtract(times(wrongHashed, alpha)),
    times(wrongResponse, key).subtract(times(wrongHashed, rest)),
  ];
  const right = [times(once, G), times(once, key)];
  const hashed = challenge("bit", context, key, alpha, beta, ...(bit ? [...wrong, ...right] : [...right, ...wrong]));
  const own = mod(hashed - wrongHashed), ownPair = [own, mod(once + own * hidden)], wrongPair = [wrongHashed, wrongResponse];
  return { alpha, beta, proof: bit ? [...wrongPair, ...ownPair] : [...ownPair, ...wrongPair] };
}

/** An encrypted ballot: its record, its fingerprint, and the randomness that only a challenge shows. */
export async function seal(head, voter, word) {
  const bound = await digestOf(head), key = Point.fromHex(head.key), hidden = CHOICES.map(coin);
  const made = CHOICES.map((choice, place) => proveBit(`${bound}\n${voter}\n${choice}`, key, Number(choice === word), hidden[place]));
  const sum = proveEqual(`${bound}\n${voter}\nsum`, mod(hidden.reduce((a, b) => a + b)), key);
  const ballot = {
    choices: made.map((one) => ({ alpha: one.alpha.toHex(), beta: one.beta.toHex(), proof: one.proof.map(scalar) })),
    sum: sum.map(scalar),
  };
  return { ballot, digest: await digestOf(ballot), hidden: hidden.map(scalar), head: bound };
}

/** The text that casts a ballot once it is signed. */
export const statementOf = (head, made, delegate, key) =>
  `geopolity sealed-ballot 1\nvote ${head.vote}\nhead ${made.head}\npseudonym ${delegate}\nkey ${key}\nballot ${made.digest}\n`;

export const signed = async (pair, statement) => ({
  statement, key: pair.public, signature: hex(await crypto.subtle.sign("Ed25519", pair.key, new TextEncoder().encode(statement))),
});

async function answer(address, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const got = await fetch(address, options);
  if (got.ok) return got.status === 204 ? null : got.json();
  const said = await got.json().catch(() => ({}));
  throw new Error(said.detail ?? String(got.status));
}

function keyed(root) { // the delegate's own pair: from this browser, or from the words on paper
  const words = JSON.parse(root.dataset.words), part = (name) => root.querySelector(`[data-${name}]`);
  const say = (text) => { part("said").textContent = text; };
  let go = () => {};
  const own = async (then) => {
    const found = await pairWith(root.dataset.key);
    if (found) { await then(found); return; }
    go = then;
    part("words-in").hidden = false;
    part("words").focus();
  };
  part("use-words").addEventListener("click", async () => {
    const secret = await secretOf(part("words").value), found = secret && await pairOf(secret);
    if (!found || found.public !== root.dataset.key) { say(words.wrong); return; }
    await keepPair(`key ${found.public}`, found);
    part("words-in").hidden = true;
    say("");
    await go(found);
  });
  const guarded = (work) => async (event) => {
    try { await work(event); } catch (error) { say(`${words.failed} ${error.message}`); }
  };
  return { own, say, part, words, guarded };
}

function beginBallot(root) {
  const { own, say, part, words, guarded } = keyed(root), { matter, delegate } = root.dataset;
  let head = null, made = null;
  part("has-script").hidden = false;
  part("seal").addEventListener("click", guarded(async () => {
    const chosen = root.querySelector("input[name=sealed]:checked");
    if (!chosen) { say(words.choose); return; }
    head = (await answer(`/api/v1/matters/${matter}/key`)).head;
    made = await seal(head, root.dataset.key, chosen.value);
    part("digest").textContent = made.digest;
    part("made").hidden = false;
    part("opened").hidden = true;
    say("");
    part("cast").focus();
  }));
  part("challenge").addEventListener("click", guarded(async () => {
    part("opened-text").textContent = JSON.stringify({ head, ballot: made.ballot, hidden: made.hidden });
    part("opened").hidden = false;
    part("made").hidden = true;
    made = null; // a ballot that was looked into is never cast
    say(words.spent);
  }));
  part("cast").addEventListener("click", guarded(() => own(async (pair) => {
    const act = await signed(pair, statementOf(head, made, delegate, pair.public));
    const receipt = await answer(`/api/v1/matters/${matter}/sealed-ballots`, { delegate, ballot: made.ballot, act });
    part("receipt").textContent = receipt.ballot;
    part("done").hidden = false;
    part("asks").hidden = true;
    say("");
  })));
}

function beginDeed(root) { // a form that is sent once what it does is signed
  const { own, guarded } = keyed(root), form = root.querySelector("form");
  form.addEventListener("submit", guarded(async (event) => {
    event.preventDefault();
    const { polity, kind } = root.dataset, until = form.elements.until?.value;
    const what = root.dataset.what.replace("{ground}", form.elements.ground?.value ?? "").replace("{until}", until ?? "");
    await own(async (pair) => {
      const asked = new URLSearchParams({ key: pair.public, what });
      const said = await answer(`/api/v1/assemblies/${polity}/statements/${kind}?${asked}`);
      for (const [name, value] of Object.entries(await signed(pair, said.statement))) form.elements[name].value = value;
      form.submit();
    });
  }));
}

if (typeof document !== "undefined") {
  document.querySelectorAll("[data-ballot]").forEach(beginBallot);
  document.querySelectorAll("[data-deed]").forEach(beginDeed);
}
