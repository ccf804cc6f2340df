// What a derivation says: the sentence, what it keeps to, figures, why a unit is in, notes.

import { people, percent, rounded, whole } from "./numbers.js";
import { showLegend } from "./legend.js";
import { complain, guide, one, say, studio, text, texts, words } from "./page.js";

export const unitName = (unit) => studio.ground?.units[unit].properties.n ?? String(unit);

export function showAnswer(result) {
  const { figures } = result;
  const word = words[result.draft.layer][figures.units === 1 ? 0 : 1];
  one("said").textContent = say("answer", { units: whole(figures.units), words: word, coverage: percent(figures.coverage), affected: people(figures.affected), proof: result.proof });
  showKept(result.conditions);
  showFigures(result.lines);
  showLegend(result);
  one("after").hidden = one("followups").hidden = false;
  showTop(result);
  showNotes(result);
}
export function showNothing(error = null) {
  complain(error);
  one("said").textContent = error ? (error.status ? texts.refused : "") : texts.empty;
  showKept([]);
  one("figures").hidden = true;
  one("after").hidden = one("followups").hidden = true;
  showLegend(null);
}
function showKept(sentences) {
  one("kept-to-said").replaceChildren(...sentences.map((sentence) => text("li", sentence)));
  one("kept-to").hidden = !sentences.length;
}
// Each with how it is counted; what somebody has opened stays open while the draft changes.
function showFigures(lines) {
  const open = new Set([...one("figures").querySelectorAll("details[open]")].map(({ dataset }) => dataset.how));
  one("figures").replaceChildren(...lines.map((line) => {
    const box = document.createElement("div"), dd = document.createElement("dd"), how = howCounted(line);
    if (line.key === "gap") box.className = "twice";
    how.open = open.has(line.key);
    dd.append(text("span", line.value, "value"));
    if (line.note) dd.append(document.createElement("br"), text("span", line.note, "small muted"));
    dd.append(how);
    box.append(text("dt", line.label), dd);
    return box;
  }));
  one("figures").hidden = false;
}
function howCounted({ key, label, counted, where, page }) {
  const how = Object.assign(document.createElement("details"), { className: "how" }), summary = text("summary", texts.how_counted);
  how.dataset.how = key;
  summary.append(text("span", ` ${label}`, "visually-hidden"));
  how.append(summary, ...[...counted, ...(where ? [say("how_where", { where })] : [])].map((sentence) => text("p", sentence)));
  if (guide && page) {
    const link = Object.assign(text("a", texts.how_more), { href: `${guide}${page}` }), about = document.createElement("p");
    link.append(text("span", `: ${label}`, "visually-hidden"));
    about.append(link);
    how.append(about);
  }
  return how;
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
