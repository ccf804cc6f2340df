// What a derivation says: the sentence, what it keeps to, figures, why a unit is in, notes.

import { people, percent, rounded, whole } from "./numbers.js";
import { showLegend } from "./legend.js";
import { complain, numbers, one, say, studio, text, texts, words } from "./page.js";

export const unitName = (unit) => studio.ground?.units[unit].properties.n ?? String(unit);

export function showAnswer(result) {
  const { figures } = result;
  const word = words[result.draft.layer][figures.units === 1 ? 0 : 1];
  one("said").textContent = say("answer", { units: whole(figures.units), words: word, coverage: percent(figures.coverage), affected: people(figures.affected), proof: result.proof });
  showKept(result.conditions);
  showFigures(result);
  showLegend(result);
  one("after").hidden = false;
  showTop(result);
  showNotes(result);
}
export function showNothing(error = null) {
  complain(error);
  one("said").textContent = error ? (error.status ? texts.refused : "") : texts.empty;
  showKept([]);
  one("figures").hidden = true;
  one("after").hidden = true;
  showLegend(null);
}
function showKept(sentences) {
  one("kept-to-said").replaceChildren(...sentences.map((sentence) => text("li", sentence)));
  one("kept-to").hidden = !sentences.length;
}
function showFigures({ figures: it, closeness }) {
  const lines = [
    [texts.fig_affected, people(it.affected), say("range", { low: people(it.affected_low), high: people(it.affected_high) })],
    [texts.fig_coverage, percent(it.coverage), ""],
    [texts.fig_population, people(it.population), ""],
    [texts.fig_precision, percent(it.precision, 0), texts.fig_precision_note],
    [texts.fig_area, `${rounded(it.area_km2)} ${numbers.km2}`, ""],
    [texts.fig_units, whole(it.units), ""],
    [texts.fig_gap, closeness, ""],
    [texts.fig_bridges, people(it.extent.bridge_population), texts.fig_bridges_note],
    [texts.fig_pieces, whole(it.extent.pieces), ""],
    [texts.fig_border, `${rounded(it.extent.border_km)} km`, ""],
    [texts.fig_time, `${Math.round(it.seconds * 1000)} ms`, texts.fig_time_note],
  ];
  one("figures").replaceChildren(...lines.map(([label, value, note]) => {
    const box = Object.assign(document.createElement("div"), { className: label === texts.fig_gap ? "twice" : "" }), dt = text("dt", label), dd = document.createElement("dd");
    dd.append(text("span", value, "value"));
    if (note) dd.append(document.createElement("br"), text("span", note, "small muted"));
    box.append(dt, dd);
    return box;
  }));
  one("figures").hidden = false;
}
// ---- why is this unit in? --------------------------------------------------------------------------------------------
function showTop(result) {
  const order = result.units.map((_, place) => place).sort((a, b) => result.affected[b] - result.affected[a]).slice(0, 12);
  one("top").replaceChildren(...order.map((place) => {
    const unit = result.units[place], row = document.createElement("tr"), head = text("th", unitName(unit));
    head.scope = "row";
    const why = text("button", texts.why, "quiet");
    why.type = "button";
    why.setAttribute("aria-label", `${texts.why} ${unitName(unit)}`);
    why.addEventListener("click", () => { explain(unit); });
    const last = document.createElement("td");
    last.append(why);
    row.append(head, text("td", whole(result.affected[place]), "number"), text("td", result.members.has(unit) ? "✓" : "–"), last);
    return row;
  }));
}
export function explain(unit) {
  const { ground, result } = studio;
  const place = result.units.indexOf(unit), { n, p } = ground.units[unit].properties, it = result.figures;
  const affected = place < 0 ? 0 : result.affected[place], isIn = result.members.has(unit), target = percent(Number(result.draft.coverage));
  const sentences = [];
  if (affected > 0) {
    const area = result.area_km2[place];
    sentences.push(say("why_count", { population: p === null ? "?" : whole(p), share: p ? percent(Math.min(affected / p, 1)) : "?", affected: whole(affected), low: whole(result.low[place]), high: whole(result.high[place]) }));
    sentences.push(say("why_share", { part: percent(affected / it.affected, 2), area: rounded(area), density: rounded(affected / area), mean: rounded(it.affected_inside / it.area_km2) }));
  }
  const without = (it.affected_inside - affected) / it.affected;
  if (!isIn) sentences.push(affected > 0 ? say("why_out", { target }) : texts.why_none);
  else if (without < Number(result.draft.coverage)) sentences.push(say("why_needed", { coverage: percent(without, 2), target }));
  else sentences.push(p && affected / p < 0.01 ? texts.why_link : texts.why_inside);
  const box = one("why");
  box.replaceChildren(text("h3", say("why_title", { name: n })), ...sentences.map((sentence) => text("p", sentence)));
  box.hidden = false;
}
one("ask-unit").addEventListener("change", ({ target }) => {
  const { ground, result } = studio, wanted = target.value.trim().toLocaleLowerCase();
  if (!wanted || !result || !ground) return;
  const found = ground.units.find(({ properties }) => properties.n.toLocaleLowerCase().startsWith(wanted) || properties.u === wanted);
  if (found) explain(found.id);
  else { one("why").replaceChildren(text("p", texts.why_unknown)); one("why").hidden = false; }
});
function showNotes(result) {
  const notes = [...result.notes, ...result.figures.layer_notes].map((sentence) => text("li", sentence));
  const list = document.createElement("ul");
  list.append(...notes);
  one("notes").replaceChildren(notes.length ? list : text("p", texts.notes_none), text("p", say("notes_crs", { crs: result.figures.crs }), "small muted"));
}
