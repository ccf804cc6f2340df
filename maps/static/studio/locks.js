// Units locked in and out, and ways that are cut, on the map: plus, cross and a dashed line, so that no colour is needed.

import { idsOf, readLinesOf } from "./conditions.js";
import { colours, studio } from "./page.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const SIZE = 28, ARM = 8, THIN = 2, HALO = 4;
const LAYERS = { locked: ["locked", "locked-edge"], cut: ["cut-casing", "cut"], stroke: ["stroke"] };
let units = new Map(), shown = "";

export function openLocks({ map, units: features }) {
  units = new Map(features.map((one) => [one.properties.u, one]));
  map.addImage("must", pattern((x, y) => [Math.min(Math.abs(x), Math.abs(y)), Math.max(Math.abs(x), Math.abs(y))]), { pixelRatio: 2 });
  map.addImage("must_not", pattern((x, y) => [Math.min(Math.abs(x - y), Math.abs(x + y)) / Math.SQRT2, Math.max(Math.abs(x), Math.abs(y)) * 1.2]), { pixelRatio: 2 });
  ["locked", "cut", "stroke"].forEach((id) => { map.addSource(id, { type: "geojson", data: NOTHING }); });
  map.addLayer({ id: "locked", type: "fill", source: "locked", paint: { "fill-pattern": ["image", ["get", "pattern"]] } });
  map.addLayer({ id: "locked-edge", type: "line", source: "locked", paint: { "line-color": colours.ink, "line-width": 1.5 } });
  map.addLayer({ id: "cut-casing", type: "line", source: "cut", layout: { "line-cap": "round" }, paint: { "line-color": colours.ink, "line-width": 6 } });
  map.addLayer({ id: "cut", type: "line", source: "cut", paint: { "line-color": colours.paper, "line-width": 3, "line-dasharray": [1.2, 1.2] } });
  map.addLayer({ id: "stroke", type: "line", source: "stroke", paint: { "line-color": colours.pen, "line-width": 3, "line-dasharray": [2, 1] } });
  Object.values(LAYERS).flat().forEach((id) => { map.setLayoutProperty(id, "visibility", "none"); });
}
// A mark repeated: dark where its measure is small, light around it. ``measure`` gives how far off an arm, and how far out.
function pattern(measure) {
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const [off, out] = measure(x - SIZE / 2 + 0.5, y - SIZE / 2 + 0.5);
      const tone = off <= THIN && out <= ARM ? [27, 31, 36, 255] : off <= HALO && out <= ARM + 2 ? [255, 255, 255, 230] : null;
      if (tone) data.set(tone, 4 * (y * SIZE + x));
    }
  }
  return { width: SIZE, height: SIZE, data };
}
export function showLocks() {
  const now = JSON.stringify(["must", "must_not", "cut"].map(readLinesOf));
  if (!studio.ground || now === shown) return;
  shown = now;
  const locked = ["must", "must_not"].flatMap((name) => readLinesOf(name).flatMap((line) => [...new Set([line.split("#")[0].trim(), ...idsOf(line)])]).map((id) => units.get(id)).filter(Boolean)
    .map(({ geometry }) => ({ type: "Feature", properties: { pattern: name }, geometry })));
  const cut = readLinesOf("cut").map((line) => idsOf(line).map((id) => units.get(id))).filter(([one, other]) => one && other)
    .map(([one, other]) => ({ type: "Feature", properties: {}, geometry: border(one.geometry, other.geometry) }));
  fill("locked", locked);
  fill("cut", cut);
}
// A layer of nothing is hidden: each costs its part of every frame where a processor draws them.
export function fill(name, features) {
  const { map } = studio.ground;
  map.getSource(name).setData({ ...NOTHING, features });
  LAYERS[name].forEach((id) => { map.setLayoutProperty(id, "visibility", features.length ? "visible" : "none"); });
}
// The edges that two units share as they are drawn; where they share none, the way between them.
function border(one, other) {
  const shared = new Set(edges(other).map(([, , key]) => key));
  const found = edges(one).filter(([, , key]) => shared.has(key)).map(([start, end]) => [start, end]);
  return { type: "MultiLineString", coordinates: found.length ? found : [[middle(one), middle(other)]] };
}
const rings = ({ type, coordinates }) => (type === "Polygon" ? coordinates : coordinates.flat());
function edges(geometry) {
  return rings(geometry).flatMap((ring) => ring.slice(1).map((end, place) => [ring[place], end, [ring[place].join(), end.join()].sort().join("/")]));
}
function middle(geometry) {
  const points = rings(geometry).flat();
  return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
}
