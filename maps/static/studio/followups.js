// What to ask next of a result: each question is ordered in the queue, and its answer becomes a panel under the map.

import { conditionsOf } from "./conditions.js";
import { draftOf, formState } from "./form.js";
import { hideKinds, showOnMap, showResultAgain } from "./kinds.js";
import { percent, whole } from "./numbers.js";
import { ask, complain, field, language, one, say, studio, text, texts, when } from "./page.js";

const LOOK = 600, FIELDS = ["bands_km", "groups", "within", "most_pieces"];
const asked = {};   // by kind: the draft, and the order that is open
const part = (name, kind) => document.querySelector(`[data-followup-${name}="${kind}"]`);
const draftNow = () => JSON.stringify(studio.result?.draft ?? null);

document.querySelectorAll("[data-followup]").forEach((button) => {
  button.addEventListener("click", (event) => {
    if (!studio.ground || !studio.result) return;   // the form is sent instead
    event.preventDefault();
    begin(button.dataset.followup);
  });
});
document.querySelectorAll("[data-followup-stop]").forEach((button) => {
  button.addEventListener("click", () => {
    const { order } = asked[button.dataset.followupStop] ?? {};
    if (order) ask(`/studio/orders/${order.id}/stop`, {}).catch((error) => { complain(error); });
  });
});
async function begin(kind) {
  const state = formState(), mine = asked[kind] = { draft: draftNow(), order: null };
  const button = document.querySelector(`[data-followup="${kind}"]`);
  button.disabled = true;
  complain(null);
  part("open", kind).hidden = false;
  part("stop", kind).hidden = true;
  part("bar", kind).hidden = false;
  part("bar", kind).value = 0;
  tellOf(kind, texts.followup_began);
  try {
    const draft = draftOf(state, await conditionsOf(state));
    mine.order = await ask("/studio/questions", { kind, asked: draft, ...Object.fromEntries(FIELDS.map((name) => [name, field(name).value])) });
    part("stop", kind).hidden = false;
    while (["queued", "running"].includes(mine.order.status)) {
      far(kind, mine.order);
      await new Promise((done) => { setTimeout(done, LOOK); });
      mine.order = await ask(`/studio/orders/${mine.order.id}/state`);
    }
    if (mine.order.problem) throw Object.assign(new Error(mine.order.problem.detail), { language: mine.order.problem.language });
    if (mine.order.status === "done") { await answer(kind, mine); lead(kind); } else tellOf(kind, texts.followup_stopped);
  } catch (error) {
    tellOf(kind, error.field ? "" : error.message, error.language);
    if (error.field) complain(error);
  } finally {
    button.disabled = false;
    part("stop", kind).hidden = part("bar", kind).hidden = true;
  }
}
function tellOf(kind, sentence, spoken = language) {
  const place = part("said", kind);
  place.lang = spoken;
  if (place.textContent !== sentence) place.textContent = sentence;
}
function lead(kind) {
  tellOf(kind, "");
  part("said", kind).append(Object.assign(text("a", texts.followup_done), { href: `#answer-${kind}` }));
}
function far(kind, { place, progress }) {
  const done = progress?.done ?? 0;
  part("bar", kind).value = done;
  tellOf(kind, place ? say(place === 1 ? "order_place.one" : "order_place.other", { number: whole(place) }) : say("followup_far", { done: percent(Math.floor(done * 10) / 10, 0) }));
}
// The page of the answer, made by the server, is the panel.
async function answer(kind, mine) {
  const sent = await fetch(`/studio/questions/${mine.order.id}`);
  const page = new DOMParser().parseFromString(await sent.text(), "text/html"), found = page.querySelector("[data-answer]");
  if (!found) throw new Error(texts.offline);
  const panel = document.createElement("section"), close = button(texts.followup_close, "quiet"), acts = Object.assign(document.createElement("p"), { className: "row" });
  panel.dataset.panel = kind;
  panel.id = `answer-${kind}`;
  panel.tabIndex = -1;
  const heading = text("h2", page.querySelector("h1").textContent), stale = text("p", texts.followup_of_before, "note");
  stale.dataset.stale = mine.draft;
  acts.append(...mapActs(found), close);
  panel.append(heading, stale, acts, document.adoptNode(found));
  close.addEventListener("click", () => {
    panel.remove();
    one("answers").hidden = !one("answers").childElementCount;
    showResultAgain();
    document.querySelector(`[data-followup="${kind}"]`).focus();
  });
  document.querySelector(`[data-panel="${kind}"]`)?.remove();
  one("answers").prepend(panel);
  one("answers").hidden = false;
  stales();
}
function button(words, name = "") {
  const made = text("button", words, name);
  made.type = "button";
  return made;
}
// Units by what they are worth are shown at once where they can be; a shape when it is chosen.
function mapActs(found) {
  const data = found.querySelector("[data-answer-map]");
  if (!data) return [];
  const { outline, kinds, outlines = [] } = JSON.parse(data.textContent), again = button(texts.followup_hide, "quiet");
  data.remove();
  again.addEventListener("click", showResultAgain);
  outlines.forEach(({ name, shape }, place) => {
    const spot = found.querySelector(`[data-answer-show="${place}"]`), show = button(say("followup_show", { name }));
    show.addEventListener("click", () => { showOnMap({ outline: shape }); });
    spot.append(show);
    spot.hidden = false;
  });
  if (!kinds) return [again];
  const show = button(texts.followup_kinds);
  show.addEventListener("click", () => { showOnMap({ outline, kinds }); });
  showOnMap({ outline, kinds });
  return [show, again];
}
function stales() {
  document.querySelectorAll("[data-stale]").forEach((note) => { note.hidden = note.dataset.stale === draftNow(); });
}
when("painted", () => { hideKinds(); stales(); });
