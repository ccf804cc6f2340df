// The price of coverage: how much area each share of the people costs.

import { people, percent, rounded, whole } from "./numbers.js";
import { ask, complain, field, numbers, one, say, studio, svgElement, tell, text, texts } from "./page.js";

one("curve").addEventListener("click", async () => {
  const { result } = studio;
  if (!result) return;
  one("curve-said").textContent = texts.curve_wait;
  try { plot((await ask("/api/v1/derivations/curve", result.draft)).levels, Number(result.draft.coverage)); one("curve-said").textContent = ""; } catch (error) { one("curve-said").textContent = ""; complain(error); }
});
function plot(points, chosen) {
  one("curve-plot").replaceChildren();
  if (!points.length) return;
  const most = Math.max(...points.map((point) => point.area_km2)), first = points[0], last = points.at(-1);
  const x = ({ coverage_target: target }) => 20 + (360 * (target - first.coverage_target)) / Math.max(last.coverage_target - first.coverage_target, 1e-9), y = ({ area_km2 }) => 130 - (115 * area_km2) / most;
  const words_ = say("curve_axis", { low: `${rounded(first.area_km2)} ${numbers.km2}`, high: `${rounded(last.area_km2)} ${numbers.km2}`, first: percent(first.coverage_target, 0), last: percent(last.coverage_target, 0) });
  const picture = svgElement("svg", { viewBox: "0 0 400 150", role: "img", "aria-label": words_ });
  picture.append(svgElement("path", { d: points.map((point, place) => `${place ? "L" : "M"}${x(point).toFixed(1)} ${y(point).toFixed(1)}`).join("") }));
  points.forEach((point) => { picture.append(svgElement("circle", { cx: x(point).toFixed(1), cy: y(point).toFixed(1), r: 4, class: point.coverage_target === chosen ? "now" : point.knee ? "knee" : "" })); });
  [first, last].forEach((point, place) => { picture.append(svgElement("text", { x: x(point), y: 148, "font-size": 12, fill: "currentColor", "text-anchor": place ? "end" : "start" }, percent(point.coverage_target, 0))); });
  one("curve-plot").replaceChildren(picture, text("p", words_, "small muted"), table(points));
}
function table(points) {
  const made = document.createElement("table"), body = document.createElement("tbody"), head = document.createElement("thead"), row = document.createElement("tr");
  row.append(...[texts.curve_col, texts.fig_area, texts.fig_units, texts.fig_population].map((label, place) => Object.assign(text("th", label, place ? "number" : ""), { scope: "col" })));
  head.append(row);
  body.append(...points.map((point) => {
    const line = document.createElement("tr"), choose = text("button", percent(point.coverage_target, 0), "quiet");
    choose.type = "button";
    choose.addEventListener("click", () => { setCoverage(point.coverage_target * 100); });
    const cell = Object.assign(document.createElement("th"), { scope: "row" });
    cell.append(choose, ...(point.knee ? [" ", text("span", texts.curve_knee, "small muted")] : []));
    line.append(cell, text("td", `${rounded(point.area_km2)} ${numbers.km2}`, "number"), text("td", whole(point.units), "number"), text("td", people(point.population), "number"));
    return line;
  }));
  made.append(head, body);
  return made;
}
function setCoverage(value) {
  field("coverage").value = String(Math.round(value * 100) / 100);
  one("coverage").value = value;
  tell("typed");
}
one("coverage").addEventListener("input", ({ target }) => { setCoverage(Number(target.value)); });
