// Asking for the smallest area of what the form says, and showing it.

import { compare } from "./compare.js";
import { conditionsOf } from "./conditions.js";
import { draftOf, footprint, formState, parseShapes, round } from "./form.js";
import { showLocks } from "./locks.js";
import { paint, paintNothing } from "./map.js";
import { goOn, halt } from "./search.js";
import { ask, complain, field, one, studio, tell, texts } from "./page.js";
import { showAnswer, showNothing } from "./panel.js";
import { checks } from "./proposal.js";

let running = null;

export async function derive() {
  running?.abort();
  halt();
  const control = running = new AbortController(), state = formState();
  const { unknown } = state.kind === "units" ? { unknown: [] } : parseShapes(state.shapes);
  if (unknown.length) { await placeNames(unknown); return; }
  const started = performance.now();
  const slow = setTimeout(() => {
    if (!footprint(state)) return;
    complain(null);
    one("said").textContent = studio.result ? texts.working : `${texts.working} ${texts.warming}`;
  }, 400);
  try {
    const conditions = await conditionsOf(state, control.signal), draft = draftOf(state, conditions);
    showLocks();
    if (!draft) { clear(); return; }
    const made = await ask("/studio/derive", draft, control.signal);
    if (control !== running) return;
    studio.result = { ...made, draft, state };
    complain(null);
    showResult(studio.result, started);
    goOn(studio.result, (better) => { studio.result = { ...better, draft, state }; showResult(studio.result, performance.now()); });
  } catch (error) {
    if (error.name !== "AbortError") clear(error);
  } finally { clearTimeout(slow); }
}
// What is refused has no result, and an older one would be mistaken for it.
function clear(error) {
  studio.result = null;
  showNothing(error);
  paintNothing();
  compare();
  checks();
}
async function placeNames(unknown) {
  try {
    const found = new Map(await Promise.all(unknown.map(async (name) => [name, await ask("/studio/place", { name })])));
    field("shapes").value = field("shapes").value.split("\n").map((line) => {
      const spot = found.get(line.split("#")[0].trim());
      return spot ? `${round(spot.lat)}, ${round(spot.lon)}  # ${spot.title}` : line;
    }).join("\n");
    tell("changed");
  } catch (error) { complain(error); }
}
function showResult(result, started) {
  result.members = new Set(insideOf(result));
  if (studio.ground) paint(result, started);
  showAnswer(result);
  compare();
  checks();
}
// One bit a unit, the first in the lowest bit of the first byte (geopolity.arrays.packed).
function insideOf({ units, inside }) {
  const bits = Uint8Array.from(atob(inside), (letter) => letter.charCodeAt(0));
  return units.filter((_, place) => bits[place >> 3] & (1 << (place & 7)));
}
