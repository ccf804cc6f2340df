// The map and the pen: what is derived is painted, what is drawn fills the form.

import { geometryOf, parseShapes, writeShapes } from "./form.js";
import { openLocks, showLocks } from "./locks.js";
import { explain } from "./panel.js";
import { whole } from "./numbers.js";
import { colours, field, form, layers, one, say, studio, tell, texts } from "./page.js";

let pen = null, mode = "look";
const MODES = { area: "polygon", corridor: "linestring", radius: "point" };
export async function openMap() {
  const { groundMap, hasWebGL } = await import(form.dataset.core);
  if (!hasWebGL()) { one("said").textContent = texts.no_webgl; return; }
  const place = one("map");
  place.hidden = false;
  one("source").hidden = false;
  const layer = field("layer").value;
  const ground = studio.ground = await groundMap(place, { engine: form.dataset.engine, worker: form.dataset.worker, style: form.dataset.style, ground: layers[layer].digest, label: texts.map, tell: arrived(layers[layer].units) });
  one("loading").hidden = true;
  const [drawing, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import(form.dataset.drawing), import(form.dataset.adapter)]);
  ground.layer = layer;
  pen = penOf(drawing, new TerraDrawMapLibreGLAdapter({ map: ground.map, lib: ground.maplibregl }));
  one("tools").hidden = false;
  document.querySelector("[data-snap-choice]").hidden = false;
  ground.map.on("click", "units", ({ features }) => { if (mode === "look" && studio.result) explain(features[0].id); });
  openLocks(ground);
  showDrawing();
  showLocks();
  tell("opened");
  place.dataset.ready = layer;
}
// What is being done, and how much of it is left.
function arrived(total) {
  one("loading").hidden = false;
  one("loading-said").textContent = say("loading_ground", { total: whole(total) });
  return (count) => {
    if (!count) return;
    one("loading-said").textContent = say("loading_units", { number: whole(count), total: whole(total) });
    one("loading-bar").value = count / total;
  };
}
function penOf({ TerraDraw, TerraDrawPolygonMode, TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawSelectMode }, adapter) {
  const snapping = { toCoordinate: one("snap").checked, toLine: one("snap").checked };
  const corners = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
  const made = new TerraDraw({
    adapter,
    modes: [
      new TerraDrawPolygonMode({ snapping, styles: { fillColor: colours.pen, fillOpacity: 0.06, outlineColor: colours.pen, outlineWidth: 2 } }),
      new TerraDrawLineStringMode({ snapping, styles: { lineStringColor: colours.pen, lineStringWidth: 2 } }),
      new TerraDrawPointMode({ styles: { pointColor: colours.pen, pointWidth: 5 } }),
      new TerraDrawSelectMode({ flags: { polygon: corners, linestring: corners, point: { feature: { draggable: true } } } }),
    ],
  });
  made.start();
  made.on("finish", takeDrawing);
  made.on("change", (_, kind) => { if (kind === "delete" && mode === "edit" && !isShowing) setTimeout(takeDrawing); });
  return made;
}
function takeDrawing() {
  if (!pen || isShowing) return;
  const kind = geometryOf(), shapes = pen.getSnapshot()
    .filter(({ properties }) => properties.mode === MODES[kind] && !properties.midPoint && !properties.selectionPoint)
    .map(({ geometry }) => (kind === "area" ? geometry.coordinates[0].slice(0, -1) : kind === "radius" ? [geometry.coordinates] : geometry.coordinates));
  const textNow = writeShapes(shapes);
  if (textNow === field("shapes").value) return;
  field("shapes").value = textNow;
  drawn = `${kind}\n${textNow}`;
  tell("changed");
}
let isShowing = false, drawn = null;
export function showDrawing() {
  const kind = geometryOf();
  form.querySelectorAll("[data-mode=draw], [data-mode=edit]").forEach((button) => { button.disabled = !kind; });
  const shown = `${kind}\n${field("shapes").value}`;
  if (!pen || shown === drawn) return;
  drawn = shown;
  isShowing = true;
  const { shapes } = parseShapes(field("shapes").value);
  pen.clear();
  if (kind) {
    const make = {
      area: (shape) => shape.length >= 3 && { type: "Polygon", coordinates: [[...shape, shape[0]]] },
      corridor: (shape) => shape.length >= 2 && { type: "LineString", coordinates: shape },
    };
    const geometries = kind === "radius" ? shapes.flat().map((point) => ({ type: "Point", coordinates: point })) : shapes.map(make[kind]).filter(Boolean);
    pen.addFeatures(geometries.map((geometry) => ({ type: "Feature", properties: { mode: MODES[kind] }, geometry })));
  }
  setMode(kind || !["draw", "edit"].includes(mode) ? mode : "look");
  isShowing = false;
}
export function setMode(next) {
  mode = next;
  form.querySelectorAll("[data-mode]").forEach((button) => { button.setAttribute("aria-pressed", String(button.dataset.mode === mode)); });
  pen?.setMode(mode === "draw" ? MODES[geometryOf()] : mode === "edit" ? "select" : "static");
  tell("mode");
}
export const modeNow = () => mode;
form.querySelectorAll("[data-mode]").forEach((button) => { button.addEventListener("click", () => { setMode(button.dataset.mode); }); });
one("zoom").addEventListener("click", () => {
  const points = [], { result } = studio;
  const walk = (part) => { if (typeof part[0] === "number") points.push(part); else part.forEach(walk); };
  [result?.outline, result?.footprint].filter((shape) => shape?.coordinates).forEach((shape) => { walk(shape.coordinates); });
  if (geometryOf()) points.push(...parseShapes(field("shapes").value).shapes.flat());
  if (points.length) show(boundsOf(points), { padding: 40, maxZoom: 9 });
});
one("clear").addEventListener("click", () => { field("shapes").value = ""; tell("changed"); });
one("snap").addEventListener("change", () => {
  const snapping = { toCoordinate: one("snap").checked, toLine: one("snap").checked };
  ["polygon", "linestring"].forEach((name) => { pen?.updateModeOptions(name, { snapping }); });
});

export function boundsOf(points) {
  const lon = points.map((point) => point[0]), lat = points.map((point) => point[1]);
  return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)];
}

export const show = (bounds, options) => { studio.ground?.map.fitBounds(bounds, { ...options, animate: false }); };

// The outline is cut into tiles by the map's own worker; fills wait for it, so that one frame shows both.
export async function paint(made, started) {
  const { ground } = studio;
  tell("painted");
  await ground.draw({ outlines: [{ colour: colours.polity, tint: true, shape: made.outline }], footprint: made.footprint });
  if (made !== studio.result) return;
  ground.fill(made.units, made.class_of.map((number) => (number >= 0 ? made.classes.colours[number] : null)));
  ground.map.once("render", () => { requestAnimationFrame(() => { one("map").dataset.painted = String(Math.round(performance.now() - started)); }); });
  ground.map.triggerRepaint();
}
export function paintNothing() {
  tell("painted");
  studio.ground?.fill([], []);
  studio.ground?.draw({ outlines: [], footprint: null });
}
