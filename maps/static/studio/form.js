// The form is the one truth: what it holds as a state, as shapes, and as a draft to derive.

import { field, layers, one, texts } from "./page.js";

export const CONDITIONS = ["must", "must_not", "keep_together", "cut", "link", "at_most_units", "at_most_area_km2", "at_most_population", "exclude_empty", "pieces", "compactness", "bridge_km"];
export const PLAIN = ["kind", "shapes", "distance_km", "decay", "intensity", "units_how", "units", "layer", "column", "coverage", "smallest", "connector_km", "fill_holes", ...CONDITIONS, "title", "question"];
const BOXES = ["fill_holes", "exclude_empty"], CHOICES = ["column", "keep_together"];

export function formState() {
  return Object.fromEntries(PLAIN.map((name) => [name, BOXES.includes(name) ? field(name).checked : field(name).value]));
}
// A draft of before there were conditions has none.
export function setForm(state) {
  for (const name of PLAIN) {
    const value = state[name] ?? (CONDITIONS.includes(name) ? "" : null);
    if (value === null) continue;
    if (BOXES.includes(name)) field(name).checked = Boolean(value);
    else if (CHOICES.includes(name) && ![...field(name).options].some((option) => option.value === value)) continue;
    else field(name).value = value;
    if (name === "layer") showColumns();
  }
  one("coverage").value = field("coverage").value;
  one("conditions").open ||= CONDITIONS.some((name) => state[name]);
}
export function parseShapes(text) {
  const shapes = [[]], unknown = [];
  text.split("\n").forEach((line) => {
    const said = line.split("#")[0].trim();
    if (!said) { shapes.push([]); return; }
    const parts = said.split(/[,;\s]+/).filter(Boolean).map(Number);
    if (parts.length === 2 && parts.every(Number.isFinite)) shapes.at(-1).push([parts[1], parts[0]]);
    else unknown.push(said);
  });
  return { shapes: shapes.filter((shape) => shape.length), unknown };
}
export const writeShapes = (shapes) => shapes.map((shape) => shape.map(([lon, lat]) => `${round(lat)}, ${round(lon)}`).join("\n")).join("\n\n");
export const round = (number) => String(Math.round(number * 1e5) / 1e5);
let uploaded = "area";
export const setUploaded = (kind) => { uploaded = kind; };
export const geometryOf = () => ({ area: "area", upload: uploaded, radius: "radius", corridor: "corridor" })[field("kind").value] ?? null;

export function footprint(state) {
  if (state.kind === "units") {
    if (state.units_how === "everyone") return { kind: "everyone" };
    if (state.units_how === "attribute") return state.column ? { kind: "attribute", count: state.column } : null;
    const ids = state.units.split(/[,;\s]+/).filter(Boolean);
    return ids.length ? { kind: "units", units: ids } : null;
  }
  const { shapes } = parseShapes(state.shapes);
  const kind = geometryOf(), intensity = decimal(state.intensity, 1);
  const reach = { distance_km: decimal(state.distance_km, 50), decay: state.decay, intensity };
  if (kind === "area") {
    const closed = shapes.filter((shape) => shape.length >= 3);
    return closed.length ? { kind: "area", polygons: closed.map((shape) => [shape]), intensity } : null;
  }
  if (kind === "corridor") {
    const lines = shapes.filter((shape) => shape.length >= 2);
    return lines.length ? { kind: "corridor", lines, ...reach } : null;
  }
  return shapes.length ? { kind: "radius", points: shapes.flat(), ...reach } : null;
}
export const decimal = (text, otherwise) => { const number = Number(String(text).replace(",", ".")); return String(text).trim() && Number.isFinite(number) ? number : otherwise; };
export function draftOf(state, conditions) {
  const shape = footprint(state);
  return shape && {
    footprint: shape, layer: state.layer, coverage: String(Math.round(decimal(state.coverage, 90) * 1e4) / 1e6),
    smallest: state.smallest, connector_km: state.connector_km.trim() ? decimal(state.connector_km, null) : null,
    fill_holes: state.fill_holes, title: state.title || undefined, question: state.question, ...conditions,
  };
}
export function showColumns() {
  const { columns, groups } = layers[field("layer").value];
  offer("column", columns.length ? columns.map((name) => [name, name]) : [[texts.column_none, ""]]);
  offer("keep_together", [[texts.group_none, ""], ...groups.map((name) => [name, name])]);
}
function offer(name, options) {
  const select = field(name), before = select.value;
  select.replaceChildren(...options.map(([label, value]) => new Option(label, value)));
  if (options.some(([, value]) => value === before)) select.value = before;
}

export const slug = () => field("title").value.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/^-|-$/g, "");
