// Small maps of results on one ground that move together: what is in all of them, in some, and in one alone.

import { colours, marks, one, say, studio, svgElement, texts } from "./page.js";

const MARGIN = 0.08, CLOSER = 0.6, FEW = 6_000, LAND = "#f3f1ec";
const ASPECT = 0.75;
let view = null, whole = null, maps = [];

const north = (lat) => -(180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (Math.max(Math.min(lat, 85), -85) * Math.PI) / 360));
const ringsOf = ({ type, coordinates }) => (type === "Polygon" ? coordinates : coordinates.flat());
const at = ([lon, lat]) => `${lon.toFixed(3)} ${north(lat).toFixed(3)}`;
const filled = (units) => units.flatMap((unit) => ringsOf(studio.ground.units[unit].geometry)).map((ring) => `M${ring.map(at).join("L")}Z`).join("");

// Edges that one unit alone has: borders inside a region have two.
function edged(units) {
  const seen = new Map();
  units.flatMap((unit) => ringsOf(studio.ground.units[unit].geometry)).forEach((ring) => {
    ring.slice(1).forEach((end, place) => {
      const ends = [at(ring[place]), at(end)], key = [...ends].sort().join("/");
      if (ends[0] !== ends[1]) seen.set(key, seen.has(key) ? null : ends);
    });
  });
  return [...seen.values()].filter(Boolean).map(([start, end]) => `M${start}L${end}`).join("");
}

// Pictures by letter, and the one legend of all.
export function beside(columns) {
  const pictures = new Map();
  maps = [];
  if (!columns.length) return { pictures, legend: [] };
  const sets = columns.map(({ members }) => new Set(members)), times = new Map();
  sets.forEach((set) => { set.forEach((unit) => { times.set(unit, (times.get(unit) ?? 0) + 1); }); });
  const ground = groundPath();
  columns.forEach((column) => {
    const picture = svgElement("svg", { role: "img", "aria-label": say("small_map", column), preserveAspectRatio: "xMidYMid slice", class: "small-map" });
    const parts = { all: [], some: [], only: [] };
    column.members.forEach((unit) => { parts[times.get(unit) === columns.length ? "all" : times.get(unit) === 1 ? "only" : "some"].push(unit); });
    const outline = edged(column.members);
    picture.append(patterns(column.letter), ground.cloneNode(true),
      svgElement("path", { d: filled(parts.all), fill: colours.polity, "fill-opacity": 0.16 }),
      svgElement("path", { d: filled(parts.some), fill: `url(#dots-${column.letter})` }),
      svgElement("path", { d: filled(parts.only), fill: `url(#stripes-${column.letter})` }),
      ...[["#fff", 4.5], [colours.polity, 2]].map(([stroke, width]) => svgElement("path", { d: outline, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round", "vector-effect": "non-scaling-stroke" })));
    drag(picture);
    maps.push(picture);
    pictures.set(column.letter, picture);
  });
  const box = boundsOf([...times.keys()]);
  if (!whole || box.some((edge, place) => edge !== whole[place])) view = box;
  whole = box;
  look();
  const legend = [[texts.legend_polity, marks.outlined]];
  if (columns.length > 1) legend.push([texts.legend_all, marks.shared], ...(columns.length > 2 ? [[texts.legend_some, marks.some]] : []), [texts.legend_only, marks.alone]);
  return { pictures, legend };
}
let kept = null;
function groundPath() {
  const { units, base, layer } = studio.ground;
  if (kept?.layer === layer) return kept.path;
  const path = svgElement("g", {}), lines = base.lines.type === "FeatureCollection" ? base.lines.features.map(({ geometry }) => geometry) : [base.lines];
  if (units.length <= FEW) path.append(svgElement("path", { d: filled(units.map((_, place) => place)), fill: LAND, stroke: "#c9c5bb", "stroke-width": 0.5, "vector-effect": "non-scaling-stroke" }));
  const drawn = lines.flatMap(({ type, coordinates }) => (type.startsWith("Multi") ? coordinates.flat(type === "MultiPolygon" ? 1 : 0) : type === "Polygon" ? coordinates : [coordinates]));
  path.append(svgElement("path", { d: drawn.map((line) => `M${line.map(at).join("L")}`).join(""), fill: "none", stroke: "#8a867c", "stroke-width": 0.8, "vector-effect": "non-scaling-stroke" }));
  kept = { layer, path };
  return path;
}
function boundsOf(units) {
  let [west, top, east, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  units.forEach((unit) => { ringsOf(studio.ground.units[unit].geometry).forEach((ring) => { ring.forEach(([lon, lat]) => {
    const y = north(lat);
    west = Math.min(west, lon); east = Math.max(east, lon); top = Math.min(top, y); bottom = Math.max(bottom, y);
  }); }); });
  const wide = Math.max(east - west, (bottom - top) / ASPECT) * (1 + 2 * MARGIN), high = wide * ASPECT;
  return [(west + east - wide) / 2, (top + bottom - high) / 2, wide, high];
}
// Stripes and dots as wide on the screen whatever is shown.
function patterns(letter) {
  const defs = svgElement("defs", {});
  const stripes = svgElement("pattern", { id: `stripes-${letter}`, patternUnits: "userSpaceOnUse", width: 8, height: 8, "data-scaled": "rotate(45)" });
  stripes.append(svgElement("rect", { width: 8, height: 8, fill: colours.paper }), svgElement("rect", { width: 3.5, height: 8, fill: colours.joined }));
  const dots = svgElement("pattern", { id: `dots-${letter}`, patternUnits: "userSpaceOnUse", width: 7, height: 7, "data-scaled": "" });
  dots.append(svgElement("rect", { width: 7, height: 7, fill: colours.paper }), svgElement("circle", { cx: 3.5, cy: 3.5, r: 1.8, fill: colours.left }));
  defs.append(stripes, dots);
  return defs;
}
function look() {
  maps.forEach((map) => {
    map.setAttribute("viewBox", view.map((edge) => edge.toFixed(4)).join(" "));
    map.querySelectorAll("[data-scaled]").forEach((pattern) => { pattern.setAttribute("patternTransform", `scale(${(view[2] / 400).toFixed(6)}) ${pattern.dataset.scaled}`); });
  });
}
function around(factor) {
  const [x, y, wide, high] = view;
  view = [x + (wide * (1 - factor)) / 2, y + (high * (1 - factor)) / 2, wide * factor, high * factor];
  look();
}
function drag(map) {
  let from = null;
  map.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY, ...view]; map.setPointerCapture(event.pointerId); });
  map.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!from) return;
    const scale = view[2] / map.getBoundingClientRect().width;
    view = [from[2] - (clientX - from[0]) * scale, from[3] - (clientY - from[1]) * scale, view[2], view[3]];
    look();
  });
  ["pointerup", "pointercancel"].forEach((name) => { map.addEventListener(name, () => { from = null; }); });
}
one("compared-closer").addEventListener("click", () => { around(CLOSER); });
one("compared-wider").addEventListener("click", () => { around(1 / CLOSER); });
one("compared-whole").addEventListener("click", () => { view = whole; look(); });
one("compared-as-large").addEventListener("click", () => {
  const box = studio.ground.map.getBounds(), west = box.getWest(), wide = box.getEast() - west, middle = (north(box.getNorth()) + north(box.getSouth())) / 2;
  view = [west, middle - (wide * ASPECT) / 2, wide, wide * ASPECT];
  look();
});
