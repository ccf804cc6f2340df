// The form is the one truth: what it holds as a state, as shapes, and as a draft to derive.

import { field, layers, one, texts } from "./page.js";

export const PLAIN = ["kind", "shapes", "distance_km", "decay", "intensity", "units_how", "units", "column", "coverage", "layer", "smallest", "connector_km", "fill_holes", "title", "question"];

export function formState() {
  return Object.fromEntries(PLAIN.map((name) => [name, name === "fill_holes" ? field(name).checked : field(name).value]));
}
export function setForm(state) {
  for (const name of PLAIN) {
    if (!(name in state)) continue;
    if (name === "fill_holes") field(name).checked = Boolean(state[name]);
    else if (name === "column" && ![...field(name).options].some((option) => option.value === state[name])) continue;
    else field(name).value = state[name];
  }
  one("coverage").value = field("coverage").value;
  showColumns();
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
export function draftOf(state) {
  const shape = footprint(state);
  return shape && {
    footprint: shape, layer: state.layer, coverage: String(Math.round(decimal(state.coverage, 90) * 1e4) / 1e6),
    smallest: state.smallest, connector_km: state.connector_km.trim() ? decimal(state.connector_km, null) : null,
    fill_holes: state.fill_holes, title: state.title || undefined, question: state.question,
  };
}
export function showColumns() {
  const { columns } = layers[field("layer").value], select = field("column"), before = select.value;
  select.replaceChildren(...(columns.length ? columns : [""]).map((name) => new Option(name || texts.column_none, name)));
  if (columns.includes(before)) select.value = before;
}

export const slug = () => field("title").value.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/^-|-$/g, "");
