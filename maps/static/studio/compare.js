// Results side by side: small maps that move together, one legend, one table of differences.

import { setForm } from "./form.js";
import { beside } from "./beside.js";
import { clock, people, percent, rounded, signed, whole } from "./numbers.js";
import { unitName } from "./panel.js";
import { MOST, asColumn, pinResult, pinVersion, pinned, unpin } from "./pins.js";
import { ask, complain, layers, numbers, one, say, studio, svgElement, tell, text, texts } from "./page.js";

async function loadVersions() {
  const versions = await ask("/studio/versions").catch(() => []);
  versions.forEach((it) => { one("compare").add(new Option(say("compare_version", it), `${it.id}/${it.version}`)); });
  return versions;
}
export const known = loadVersions();
export const versionMembers = async (name) => {
  const ids = new Set((await ask(`/studio/versions/${name}`)).units);
  return new Set((studio.ground?.units ?? []).filter(({ properties }) => ids.has(properties.u)).map(({ id }) => id));
};
one("pin").addEventListener("click", () => {
  pinResult();
  compare();
  one("pin-kept").textContent = say("pinned", { letter: letter(pinned().length - 1), time: clock(Date.now()) });
});
one("compare").addEventListener("change", async ({ target }) => {
  const { value } = target;
  target.value = "";
  if (!value) return;
  try { await pinVersion(value); compare(); } catch (error) { complain(error); }
});
const letter = (place) => String.fromCharCode(65 + place);
const isSame = (pin, result) => pin.figures.digest === result.figures.digest && pin.layer === result.draft.layer;

// The kept ones, and what stands on the large map where that is another and there is room.
function columnsOf() {
  const { result } = studio, kept = pinned().map((pin, place) => ({ pin, letter: letter(place), ...pin, isNow: Boolean(result) && isSame(pin, result) }));
  if (!result || !kept.length || kept.length === MOST || kept.some((it) => it.isNow)) return kept;
  return [...kept, { letter: letter(kept.length), ...asColumn(result), isNow: true }];
}
export function compare() {
  const { result } = studio, kept = pinned();
  one("beside").hidden = !result && !kept.length;
  one("pin").disabled = !result || kept.length === MOST || kept.some((pin) => isSame(pin, result));
  one("compare").disabled = !studio.ground || kept.length === MOST;
  one("pin-full").hidden = kept.length < MOST;
  const columns = columnsOf();
  one("compared").hidden = !columns.length;
  if (!columns.length) return;
  showSentence(columns);
  const drawn = beside(columns.filter(({ digest, members }) => members.length && studio.ground && digest === layers[studio.ground.layer].digest));
  one("compared-legend").replaceChildren(...drawn.legend.map(([said, shapes]) => {
    const line = document.createElement("li"), picture = svgElement("svg", { viewBox: "0 0 24 16", "aria-hidden": "true" });
    picture.append(...shapes.map(([tag, attributes]) => svgElement(tag, attributes)));
    line.append(picture, said);
    return line;
  }));
  one("compared-tools").hidden = !drawn.pictures.size;
  one("compared-maps").replaceChildren(...columns.map((column) => figure(column, drawn.pictures.get(column.letter))));
  one("compared-table").replaceChildren(table(columns));
}
function showSentence(columns) {
  const others = (column) => columns.filter((it) => it !== column);
  const alone = columns.map((column) => ({ ...column, only: column.members.filter((unit) => others(column).every(({ members }) => !new Set(members).has(unit))) }));
  const shared = columns[0].members.filter((unit) => others(columns[0]).every(({ members }) => new Set(members).has(unit)));
  if (columns.length < 2) { one("compared-said").replaceChildren(text("p", texts.compare_one)); return; }
  const lists = alone.filter(({ only }) => only.length).map((column) => {
    const box = document.createElement("details");
    box.append(text("summary", say("only_in", { letter: column.letter, number: whole(column.only.length) })), text("p", column.only.map(unitName).join("; "), "small"));
    return box;
  });
  const parts = alone.map((column) => say("only_in", { letter: column.letter, number: whole(column.only.length) }));
  one("compared-said").replaceChildren(text("p", [say("in_all", { number: whole(shared.length) }), ...parts].join(" · ")), ...lists);
}
// How each was made stands under its map.
function figure(column, picture) {
  const box = document.createElement("figure"), said = document.createElement("figcaption");
  const name = text("h3", column.version ? say("column_version", column) : say(column.pin ? "column_pin" : "column_now", { letter: column.letter, time: clock(column.at), title: column.title }));
  const how = [
    layers[column.layer]?.title ?? column.layer,
    ...(column.smallest ? [say("made_share", { share: percent(column.share, 0) }), say("made_smallest", { what: column.smallest })] : [texts.made_version]),
    ...(column.conditions.length || !column.smallest ? [] : [texts.made_free]),
  ];
  const list = document.createElement("ul");
  list.className = "small";
  list.append(...[...how, ...column.conditions].map((sentence) => text("li", sentence)));
  if (column.language) list.lang = column.language;
  if (column.isNow && column.pin) list.append(text("li", texts.is_now));
  const acts = document.createElement("p");
  if (column.state && column.pin && !column.isNow) acts.append(act(texts.pin_back, `${texts.pin_back}: ${column.letter}`, () => { setForm(column.state); tell("changed"); }));
  if (column.pin) acts.append(act(texts.pin_remove, `${texts.pin_remove}: ${column.letter}`, () => { unpin(column.pin); compare(); one("pin").focus(); }));
  said.append(name, list, acts);
  box.append(...(picture ? [picture] : [text("p", texts.not_drawn, "small muted")]), said);
  return box;
}
function act(label, name, does) {
  const button = text("button", label, "plain");
  button.type = "button";
  button.setAttribute("aria-label", name);
  button.addEventListener("click", does);
  return button;
}
const km2 = (area) => `${rounded(area)} ${numbers.km2}`, km = (length) => `${rounded(length)} km`;
const ROWS = [
  ["fig_units", ({ figures }) => figures.units, whole],
  ["fig_area", ({ figures }) => figures.area_km2, km2],
  ["fig_population", ({ figures }) => figures.population, people],
  ["fig_inside", ({ figures }) => figures.affected_inside, people],
  ["fig_coverage", ({ figures }) => figures.coverage, percent, (share) => say("points", { number: rounded(100 * share) })],
  ["fig_gap", null, ({ closeness }) => closeness],
  ["fig_bridges", ({ figures }) => figures.extent.bridge_population, people],
  ["fig_pieces", ({ figures }) => figures.extent.pieces, whole],
  ["fig_border", ({ figures }) => figures.extent.border_km, km],
];
// Every figure, and under it by how much it differs from the first.
function table(columns) {
  const made = document.createElement("table"), head = document.createElement("thead"), body = document.createElement("tbody"), row = document.createElement("tr");
  row.append(document.createElement("td"), ...columns.map((column) => Object.assign(text("th", column.isNow && !column.pin ? say("now", column) : column.letter, "number"), { scope: "col" })));
  head.append(row);
  body.append(...ROWS.map(([label, valueOf, shown, apart = shown]) => {
    const line = document.createElement("tr");
    line.append(Object.assign(text("th", texts[label]), { scope: "row" }), ...columns.map((column, place) => {
      if (!valueOf) return text("td", shown(column), "words");
      const value = valueOf(column), cell = text("td", shown(value), "number"), differs = value - valueOf(columns[0]);
      if (place) cell.append(document.createElement("br"), text("span", differs ? signed(differs, apart) : texts.same, "small muted"));
      return cell;
    }));
    return line;
  }));
  made.append(text("caption", columns.length > 1 ? say("table_said", { letter: columns[0].letter }) : texts.table_one), head, body);
  return made;
}
