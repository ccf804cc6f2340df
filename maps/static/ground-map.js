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

export async function groundMap(container, { engine, worker, style, ground, label }) {
  stylesheet(style);
  const [maplibregl, base, units] = await Promise.all([
    import(engine), json(`/ground/${ground}/base.json`), json(`/ground/${ground}/units.json`),
  ]);
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
  addGround(map, base, units);
  nameParents(maplibregl, map, base.labels);
  return { map, maplibregl, base, units: units.features, fill: filler(map), draw: (fed) => drawRegions(map, fed), extent: base.extent };
}

function addGround(map, base, units) {
  const nothing = { type: "FeatureCollection", features: [] };
  map.addSource("land", { type: "geojson", data: base.land });
  map.addSource("units", { type: "geojson", data: units, tolerance: 0.25, buffer: 4 });
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
}
