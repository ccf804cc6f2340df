// Results kept to be compared: at most three, in this browser, whatever becomes of the draft. A version in the store is
// kept like a result.

import { formState } from "./form.js";
import { ask, field, language, layers, studio } from "./page.js";

export const MOST = 3;
const KEPT = "geopolity.studio.pins";
let pins = read();

function read() {
  try { return (JSON.parse(localStorage.getItem(KEPT)) ?? []).filter((pin) => layers[pin.layer]?.digest === pin.digest).slice(0, MOST); } catch { return []; }
}
function stored(next) {
  pins = next;
  try { localStorage.setItem(KEPT, JSON.stringify(pins)); } catch { /* a full or closed store loses only the copy */ }
}
export const pinned = () => pins;
export const unpin = (pin) => { stored(pins.filter((one) => one !== pin)); };
export const forget = () => { localStorage.removeItem(KEPT); };

// What the table and the maps need of the result that stands on the screen.
export function asColumn({ figures, closeness, conditions, members, draft, state }) {
  const smallest = [...field("smallest").options].find((option) => option.value === draft.smallest)?.textContent ?? draft.smallest;
  return {
    at: Date.now(), language, layer: draft.layer, digest: layers[draft.layer].digest, title: state.title, state: { ...state },
    share: Number(draft.coverage), smallest, conditions, closeness, figures, members: [...members].sort((a, b) => a - b),
  };
}
export const pinResult = () => { stored([...pins, asColumn({ ...studio.result, state: formState() })].slice(0, MOST)); };
export async function pinVersion(name) {
  const { units, layer, figures, closeness, title, version } = await ask(`/studio/versions/${name}`);
  const ids = new Set(units), places = layer === field("layer").value ? studio.ground.units.filter(({ properties }) => ids.has(properties.u)).map(({ id }) => id) : [];
  stored([...pins, { at: Date.now(), language, layer, digest: layers[layer]?.digest, title, version, conditions: [], closeness, figures, members: places }].slice(0, MOST));
}
