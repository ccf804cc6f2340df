// A live map on our own ground: land, units of a layer, outlines of the enclosing units, and regions drawn above them.
// Nothing is asked of any other server, and the map library is only loaded by whoever calls this.

const LAND = "#f3f1ec", WATER = "#dbe7f0", ELSEWHERE = "#e4e1da", INK = "#1b1f24";

export function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch { return false; }
}

async function json(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

function stylesheet(address) {
  if (document.querySelector(`link[href="${address}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
}

// The units of a large layer come for seconds: they are drawn as they arrive, and ``tell`` hears how many are there.
export async function groundMap(container, { engine, worker, style, ground, label, tell = () => {} }) {
  stylesheet(style);
  const coming = fetch(`/ground/${ground}/units.json`);
  const [maplibregl, base] = await Promise.all([import(engine), json(`/ground/${ground}/base.json`)]);
  maplibregl.setWorkerUrl(new URL(worker, location.href).href);
  const map = new maplibregl.Map({
    container,
    style: { version: 8, sources: {}, layers: [{ id: "water", type: "background", paint: { "background-color": WATER } }] },
    bounds: base.extent,
    fitBoundsOptions: { padding: 8 },
    maxPitch: 0,
    dragRotate: false,
    renderWorldCopies: false,
    attributionControl: false,
    fadeDuration: 0,
    canvasContextAttributes: { antialias: false },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), "bottom-right");
  const canvas = map.getCanvas();
  canvas.setAttribute("aria-label", label);
  canvas.setAttribute("role", "application");
  await new Promise((done) => { map.once("load", done); });
  addGround(map, base);
  const parents = nameParents(maplibregl, map, base.labels);
  const units = await arriving(await coming, drawer(map, tell));
  const close = zoomWhere(units);
  map.setLayerZoomRange("hairlines", close, 24);
  map.setPaintProperty("units", "fill-antialias", ["step", ["zoom"], true, close, false]);
  nameUnits(maplibregl, map, units, parents);
  return { map, maplibregl, base, units, fill: filler(map), draw: (fed) => drawRegions(map, fed), extent: base.extent };
}

const FEATURE = '{"type":"Feature","id":', FIRST = 4_000;
// The features of a collection, a batch of them parsed whenever more of the text is there.
async function arriving(answer, told) {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(), units = [];
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    rest += value ?? "";
    const begin = rest.indexOf(FEATURE), end = done ? rest.lastIndexOf("]}") : rest.lastIndexOf(`,${FEATURE}`);
    if (begin >= 0 && end > begin) {
      JSON.parse(`[${rest.slice(begin, end)}]`).forEach((unit) => { units.push(unit); });
      rest = rest.slice(end + 1);
    }
    told(units, done);
    if (done) return units;
  }
}
// Each time twice as many are there, and once more when all are.
function drawer(map, tell) {
  let drawn = 0;
  return (units, done) => {
    tell(units.length);
    if (!done && units.length < Math.max(FIRST, 2 * drawn)) return;
    drawn = units.length;
    map.getSource("units").setData({ type: "FeatureCollection", features: units });
  };
}

function addGround(map, base) {
  const nothing = { type: "FeatureCollection", features: [] };
  map.addSource("land", { type: "geojson", data: base.land });
  map.addSource("units", { type: "geojson", data: nothing, tolerance: 0.25, buffer: 4 });
  map.addSource("lines", { type: "geojson", data: base.lines });
  map.addSource("footprint", { type: "geojson", data: nothing });
  map.addSource("outlines", { type: "geojson", data: nothing });
  map.addImage("hatch", hatch(), { pixelRatio: 2 });
  const colour = ["coalesce", ["feature-state", "c"], LAND];
  map.addLayer({ id: "land", type: "fill", source: "land", paint: { "fill-color": ELSEWHERE } });
  map.addLayer({ id: "units", type: "fill", source: "units", paint: { "fill-color": colour, "fill-outline-color": "rgba(160,155,143,.55)" } });
  map.addLayer({ id: "hairlines", type: "line", source: "units", minzoom: 5.5, paint: { "line-color": "#b7b3a8", "line-width": 0.8 } });
  map.addLayer({ id: "parents", type: "line", source: "lines", paint: { "line-color": "#8a867c", "line-width": 1 } });
  map.addLayer({ id: "footprint", type: "fill", source: "footprint", paint: { "fill-pattern": "hatch" } });
  map.addLayer({ id: "footprint-edge", type: "line", source: "footprint", paint: { "line-color": INK, "line-width": 1 } });
  map.addLayer({ id: "tint", type: "fill", source: "outlines", filter: ["get", "tint"], paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.12 } });
  map.addLayer({ id: "casing", type: "line", source: "outlines", layout: { "line-join": "round" }, paint: { "line-color": "#ffffff", "line-width": 5.5 } });
  map.addLayer({ id: "outline", type: "line", source: "outlines", layout: { "line-join": "round" }, paint: { "line-color": ["get", "colour"], "line-width": 2.5 } });
}

// From where a usual unit is so wide that its border is worth a line; before, the edge of its fill is the border.
const WIDE = 40, LOOKED_AT = 400;
function zoomWhere(units) {
  const step = Math.max(1, Math.floor(units.length / LOOKED_AT)), widths = [];
  for (let place = 0; place < units.length; place += step) widths.push(widthOf(units[place].geometry));
  const usual = widths.sort((a, b) => a - b)[widths.length >> 1] || 1;
  return Math.max(1, Math.min(16, Math.round(10 * Math.log2((WIDE * 360) / (512 * usual))) / 10));
}
function widthOf({ type, coordinates }) {
  const lon = (type === "Polygon" ? coordinates : coordinates.flat()).flat().map((point) => point[0]);
  return lon.length ? Math.max(...lon) - Math.min(...lon) : 0;
}

// 45 degree strokes, drawn once as pixels.
function hatch() {
  const size = 16, data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if ((x + y) % size < 2) data.set([27, 31, 36, 150], 4 * (y * size + x));
    }
  }
  return { width: size, height: size, data };
}

// Give units their colours; only those that change are told to the map.
function filler(map) {
  let before = new Map();
  return (units, colours) => {
    const after = new Map();
    units.forEach((unit, place) => { after.set(unit, colours[place]); });
    for (const unit of before.keys()) {
      if (!after.has(unit)) map.setFeatureState({ source: "units", id: unit }, { c: null });
    }
    for (const [unit, colour] of after) {
      if (before.get(unit) !== colour) map.setFeatureState({ source: "units", id: unit }, { c: colour });
    }
    before = after;
  };
}

// Resolves once the outlines are cut into tiles, so that all that changed can be painted in one frame.
let footprintBefore = "";
function drawRegions(map, { outlines, footprint }) {
  const arrived = new Promise((done) => {
    const look = ({ sourceId, isSourceLoaded }) => {
      if (sourceId !== "outlines" || !isSourceLoaded) return;
      map.off("sourcedata", look);
      done();
    };
    map.on("sourcedata", look);
  });
  map.getSource("outlines").setData({
    type: "FeatureCollection",
    features: (outlines ?? []).filter((one) => one.shape).map((one) => (
      { type: "Feature", properties: { colour: one.colour, tint: one.tint }, geometry: one.shape })),
  });
  const now = JSON.stringify(footprint ?? null);
  if (now !== footprintBefore) {
    footprintBefore = now;
    map.getSource("footprint").setData(
      footprint ? { type: "Feature", properties: {}, geometry: footprint } : { type: "FeatureCollection", features: [] },
    );
  }
  return arrived;
}

// Names of the enclosing units, where there is room for them.
function nameParents(maplibregl, map, labels) {
  const marks = labels.map(([text, lon, lat, size]) => {
    const element = document.createElement("span");
    element.className = "place-name";
    element.textContent = text;
    element.setAttribute("aria-hidden", "true");
    const marker = new maplibregl.Marker({ element }).setLngLat([lon, lat]).addTo(map);
    element.removeAttribute("role");
    element.removeAttribute("aria-label");
    return { marker, element, text, size };
  });
  const show = () => {
    const degree = (512 * 2 ** map.getZoom()) / 360;
    marks.forEach((mark) => { mark.element.hidden = mark.size * degree < mark.text.length * 8; });
  };
  map.on("zoom", show);
  show();
  return marks;
}

// Names of units where they fit: inside their width, and clear of each other and of the enclosing units' names.
const LETTER = 7, HIGH = 16, MOST_NAMES = 60;
function nameUnits(maplibregl, map, units, parents) {
  const places = units.map(({ geometry, properties }) => ({ name: properties.n.split(",")[0], box: boxOf(geometry) }));
  let marks = [];
  const show = () => {
    marks.forEach((mark) => { mark.remove(); });
    marks = [];
    const degree = (512 * 2 ** map.getZoom()) / 360, seen = map.getBounds(), taken = parents.filter(({ element }) => !element.hidden).map(({ marker, text }) => around(map.project(marker.getLngLat()), text));
    for (const { name, box } of places) {
      if ((box[2] - box[0]) * degree < name.length * LETTER + 8) continue;
      const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
      if (!seen.contains(middle)) continue;
      const room = around(map.project(middle), name);
      if (taken.some((other) => room[0] < other[2] && other[0] < room[2] && room[1] < other[3] && other[1] < room[3])) continue;
      taken.push(room);
      const element = document.createElement("span");
      element.className = "place-name";
      element.textContent = name;
      element.setAttribute("aria-hidden", "true");
      marks.push(new maplibregl.Marker({ element }).setLngLat(middle).addTo(map));
      element.removeAttribute("role");
      element.removeAttribute("aria-label");
      if (marks.length === MOST_NAMES) break;
    }
  };
  map.on("moveend", show);
  show();
}
const around = ({ x, y }, name) => [x - (name.length * LETTER) / 2, y - HIGH / 2, x + (name.length * LETTER) / 2, y + HIGH / 2];
// Of its largest part.
function boxOf({ type, coordinates }) {
  const boxes = (type === "Polygon" ? [coordinates] : coordinates).map(([ring]) => ring.reduce(([west, south, east, north], [lon, lat]) => [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)], [Infinity, Infinity, -Infinity, -Infinity]));
  return boxes.reduce((largest, box) => ((box[2] - box[0]) * (box[3] - box[1]) > (largest[2] - largest[0]) * (largest[3] - largest[1]) ? box : largest), boxes[0] ?? [0, 0, 0, 0]);
}
