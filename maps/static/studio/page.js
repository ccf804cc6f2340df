// What all parts of the studio share: the form, the page's data and words, elements made, questions to the server, and
// the two things that happen: the form has changed, a region has been derived.

export const form = document.querySelector("[data-studio]");
export const { language, guide, texts, numbers, words, layers, colours, marks } = JSON.parse(document.querySelector("[data-studio-data]").textContent);
export const studio = { ground: null, result: null };   // the live map, once it is open, and the last answer

export const one = (name) => document.querySelector(`[data-${name}]`);
export const field = (name) => form.elements.namedItem(name);
export const say = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
export const tell = (what) => { form.dispatchEvent(new CustomEvent(`studio-${what}`)); };
export const when = (what, act) => { form.addEventListener(`studio-${what}`, act); };

export function svgElement(tag, attributes, words_ = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => { element.setAttribute(name, value); });
  element.textContent = words_;
  return element;
}
export function text(tag, words_, name = "") {
  const element = document.createElement(tag);
  element.textContent = words_;
  if (name) element.className = name;
  return element;
}

// ---- asking the server -----------------------------------------------------------------------------------------------
export async function ask(address, body, signal) {
  let answer;
  try {
    answer = await fetch(address, { method: body === undefined ? "GET" : "POST", signal, headers: body === undefined ? {} : { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(texts.offline, { cause: error });
  }
  if (answer.status === 401) throw new Error(texts.expired);
  const said = await answer.json();
  if (!answer.ok) throw refused(answer, said);
  return said;
}
export const refused = (answer, said) => Object.assign(new Error(said.detail ?? String(answer.status)), { language: answer.headers.get("Content-Language") ?? "en", status: answer.status, field: String(said.field ?? "").split(".")[0].replaceAll(" ", "_") });
export function complain(error) {
  one("error").hidden = !error;
  showWrong(error);
  if (!error) return;
  one("error-said").lang = error.language ?? language;
  one("error-said").textContent = error.message;
  if (error.message === texts.expired) {
    const link = Object.assign(document.createElement("a"), { href: "/sign-in", textContent: " /sign-in" });
    one("error-said").append(link);
  }
}
// The sentence beside the field that it is about, and the field marked.
function showWrong(error) {
  form.querySelectorAll("[data-wrong]").forEach((place) => {
    const isIt = Boolean(error) && place.dataset.wrong === error.field;
    place.hidden = !isIt;
    place.textContent = isIt ? error.message : "";
    place.lang = error?.language ?? language;
    if (isIt && place.closest("details")) place.closest("details").open = true;
    const about = field(place.dataset.wrong);
    if (isIt) about?.setAttribute("aria-invalid", "true"); else about?.removeAttribute("aria-invalid");
  });
}
