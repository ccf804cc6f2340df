// What the polity has to keep to. The server reads what is typed, ids or names; the form lists it by id, as the pens do.

import { CONDITIONS } from "./form.js";
import { amend } from "./history.js";
import { ask, field, form } from "./page.js";

export const LISTS = ["must", "must_not", "cut", "link"];
let read = { key: "", asked: {}, texts: {} };
const typed = (state) => Object.fromEntries(["layer", ...CONDITIONS].map((name) => [name, state[name]]));

export async function conditionsOf(state, signal) {
  const said = typed(state), key = JSON.stringify(said);
  if (!CONDITIONS.some((name) => said[name])) read = { key, asked: {}, texts: {} };
  else if (read.key !== key) read = { key, ...(await ask("/studio/conditions", said, signal)) };
  tidy();
  return read.asked;
}
// Names become ids with names behind, but not under somebody's cursor.
function tidy() {
  const loose = Object.entries(read.texts).filter(([name, text]) => field(name).value !== text && document.activeElement !== field(name));
  loose.forEach(([name, text]) => { field(name).value = text; });
  if (loose.length) amend();
}
form.addEventListener("change", ({ target }) => {
  if (LISTS.includes(target.name) && read.texts[target.name] && said(read.key, target.name) === target.value) setTimeout(tidy);
});
const said = (key, name) => key && JSON.parse(key)[name];

const linesIn = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
export const linesOf = (name) => linesIn(field(name).value);
// By id, also while somebody's cursor is in a field of names.
export function readLinesOf(name) {
  const { value } = field(name);
  return linesIn((said(read.key, name) === value && read.texts[name]) || value);
}
export function idsOf(line) {
  const [said] = line.split("#");
  return said.split(said.includes(";") ? ";" : /[,\s]+/).map((id) => id.trim()).filter(Boolean);
}
export function setLines(name, lines) { field(name).value = lines.join("\n"); }
