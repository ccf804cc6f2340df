// The form is the one truth: what it holds as a state, as shapes, and as a draft to derive.

import { field, layers, one, say, texts } from "./page.js";

export const CONDITIONS = ["must", "must_not", "keep_together", "cut", "link", "at_most_units", "at_most_area_km2", "at_most_population", "exclude_empty", "pieces", "compactness", "bridge_km"];
const UPLOAD = ["upload", "upload_kind", "upload_name", "upload_columns", "upload_layer", "upload_crs", "upload_encoding", "weight_column", "band", "value_low", "value_high"];
export const PLAIN = ["kind", ...UPLOAD, "shapes", "distance_km", "decay", "intensity", "units_how", "units", "layer", "column", "coverage", "smallest", "connector_km", "fill_holes", ...CONDITIONS, "title", "question"];
const BOXES = ["fill_holes", "exclude_empty"], CHOICES = ["column", "keep_together"];

export function formState() {
  return Object.fromEntries(PLAIN.map((name) => [name, BOXES.includes(name) ? field(name).checked : field(name).value]));
}
// A draft of before there were conditions or files has none.
export function setForm(state) {
  for (const name of PLAIN) {
    const value = state[name] ?? ([...CONDITIONS, ...UPLOAD].includes(name) ? "" : null);
    if (value === null) continue;
    if (BOXES.includes(name)) field(name).checked = Boolean(value);
    else if (CHOICES.includes(name) && ![...field(name).options].some((option) => option.value === value)) continue;
    else field(name).value = value;
    if (name === "layer") showColumns();
    if (name === "upload_columns") showUpload();
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
// A file counts as it is where its cells or a column say how hard the issue bites; else its shapes are the drawing.
const isWhole = ({ kind, upload_kind: of, weight_column: column }) => kind === "upload" && (Boolean(column) || of.startsWith("file"));
const drawnKind = (kind) => (kind === "upload" ? field("upload_kind").value || "area" : kind);
export const geometryOf = () => (isWhole(formState()) ? null : { area: "area", radius: "radius", corridor: "corridor" }[drawnKind(field("kind").value)] ?? null);
export function showUpload(values = null) {
  const columns = field("upload_columns").value.split("\n").filter(Boolean), isFile = field("upload_kind").value.startsWith("file");
  offer("weight_column", [[texts.column_same, ""], ...columns.map((name) => [name, name])]);
  one("file-values").hidden = !field("upload").value || (!columns.length && !isFile);
  one("file-column").hidden = !columns.length;
  one("file-band").hidden = Boolean(columns.length);
  one("file-range").textContent = values ? say("file_range", { low: values[0].toPrecision(3), high: values[1].toPrecision(3) }) : "";
  one("shapes").hidden = isWhole(formState());
}
function wholeFile(state) {
  const ends = [state.value_low, state.value_high].map((text) => decimal(text, null)), around = { distance_km: decimal(state.distance_km, 50), decay: state.decay };
  const said = { weight_column: state.weight_column, crs: state.upload_crs, layer_name: state.upload_layer, encoding: state.upload_encoding, band: decimal(state.band, null) };
  return {
    kind: "upload", upload: state.upload, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)),
    ...(ends.some((end) => end !== null) ? { levels: [[ends[0] ?? 0, 0], [ends[1] ?? 1, 1]] } : {}), ...(state.upload_kind === "file-around" ? around : {}),
  };
}

export function footprint(state) {
  if (state.kind === "units") {
    if (state.units_how === "everyone") return { kind: "everyone" };
    if (state.units_how === "attribute") return state.column ? { kind: "attribute", count: state.column } : null;
    const ids = state.units.split(/[,;\s]+/).filter(Boolean);
    return ids.length ? { kind: "units", units: ids } : null;
  }
  if (isWhole(state)) return state.upload ? wholeFile(state) : null;
  const { shapes } = parseShapes(state.shapes);
  const kind = state.kind === "upload" ? state.upload_kind || "area" : state.kind, intensity = decimal(state.intensity, 1);
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
