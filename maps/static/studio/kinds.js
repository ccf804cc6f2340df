// What each unit is worth, on the map: solid, striped or dotted, so that no colour is needed; and the outline of a shape.

import { showEntries, showLegend } from "./legend.js";
import { paint } from "./map.js";
import { colours, marks, studio, texts } from "./page.js";

const NOTHING = { type: "FeatureCollection", features: [] }, SIZE = 16, PAPER = [255, 255, 255];
const SOLID = () => true, STRIPES = (x, y) => (x + y) % SIZE < SIZE / 2 - 1, DOTS = (x, y) => Math.hypot(x - SIZE / 2 + 0.5, y - SIZE / 2 + 0.5) < 3.6;
const KINDS = { irreplaceable: SOLID, exchangeable: STRIPES, open: DOTS };

function open({ map }) {
  if (map.getSource("kinds")) return;
  Object.entries(KINDS).forEach(([name, isInk]) => { map.addImage(`kind-${name}`, pattern(colours[name], isInk), { pixelRatio: 2 }); });
  map.addSource("kinds", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "kinds", type: "fill", source: "kinds", paint: { "fill-pattern": ["image", ["concat", "kind-", ["get", "kind"]]], "fill-opacity": 0.85 } }, "tint");
}
function pattern(colour, isInk) {
  const ink = [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16)), data = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++) data.set([...(isInk(x, y) ? ink : PAPER), 255], 4 * (y * SIZE + x));
  return { width: SIZE, height: SIZE, data };
}
export function hideKinds() {
  studio.ground?.map.getSource("kinds")?.setData(NOTHING);
}
export function showOnMap({ outline, kinds = {} }) {
  const { ground, result } = studio;
  open(ground);
  ground.fill([], []);
  ground.draw({ outlines: [{ colour: colours.polity, tint: false, shape: outline }], footprint: result?.footprint ?? null });
  ground.map.getSource("kinds").setData({ ...NOTHING, features: Object.entries(kinds).flatMap(([kind, places]) => places.map((place) => ({ type: "Feature", properties: { kind }, geometry: ground.units[place].geometry }))) });
  const told = Object.keys(kinds).filter((kind) => kinds[kind].length).map((kind) => [texts[`legend_${kind}`], marks[kind]]);
  showEntries([[texts.legend_polity, marks.outlined], ...(result?.footprint ? [[texts.legend_footprint, marks.footprint]] : []), ...told, ...(told.length ? [[texts.legend_never, marks.nobody]] : [])]);
}
export function showResultAgain() {
  const { result } = studio;
  hideKinds();
  if (!result) return;
  paint(result, performance.now());
  showLegend(result);
}
