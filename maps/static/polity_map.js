/* Draws the page's data on a Leaflet map. One argument of data, no request of any kind. */
function geopolityMap(map, data, id) {
  "use strict";
  const byId = (kind) => document.getElementById(kind + "-" + id);
  const number = (value) => {
    const text = value < 10 && value % 1 ? value.toFixed(1).replace(".", data.words.mark) : String(Math.round(value));
    return text.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const pane = (name, z, hands) => {
    const made = map.createPane(name);
    made.style.zIndex = z;
    if (!hands) made.style.pointerEvents = "none";
    return name;
  };
  const canvas = (name, z, hands) => L.canvas({ pane: pane(name, z, hands), padding: 0.3 });
  const base = canvas("base", 210, false);
  const ground = canvas("units", 220, true);
  const lines = canvas("lines", 230, false);
  const marks = L.svg({ pane: pane("marks", 240, false), padding: 0.5 });
  const named = pane("named", 250, false);
  const shape = (geometry, style) => L.geoJSON(geometry, { interactive: false, style: () => style });

  map.fitBounds([[data.extent[1], data.extent[0]], [data.extent[3], data.extent[2]]], { animate: false, padding: [24, 24] });
  L.control.zoom({ position: "topleft" }).addTo(map);
  L.control.scale({ maxWidth: 160 }).addTo(map);

  shape({ type: "GeometryCollection", geometries: data.around }, { renderer: base, stroke: true, color: "#fff", weight: 0.8, fillColor: "#e4e1da", fillOpacity: 1 }).addTo(map);

  const says = (index) => {
    const box = document.createElement("div");
    const name = document.createElement("strong");
    name.textContent = data.names[index];
    box.append(name);
    for (const fact of data.facts) {
      const line = document.createElement("span");
      const value = fact.values[index];
      let text = fact.words ? fact.words[value] : value === null ? data.words.no_count : number(value);
      if (fact.low && value !== null && number(fact.low[index]) !== number(fact.high[index]))
        text += " (" + number(fact.low[index]) + "–" + number(fact.high[index]) + ")";
      line.textContent = fact.label + ": " + text;
      box.append(line);
    }
    return box;
  };

  const missing = [];
  const features = data.units.map((geometry, index) => ({ type: "Feature", geometry, properties: { index } })).filter((feature) => feature.geometry);
  const layers = new Array(data.units.length);
  const units = L.geoJSON(features, {
    style: (feature) => {
      const fill = data.fills[data.fill_of[feature.properties.index]];
      const hatched = fill.startsWith("missing") || fill.startsWith("left");
      if (hatched) missing.push([feature, fill]);
      return { renderer: ground, color: "#a9a59b", weight: 0.4, fillColor: hatched ? "#fff" : fill, fillOpacity: 1 };
    },
    onEachFeature: (feature, layer) => { layers[feature.properties.index] = layer; },
  }).addTo(map);
  units.bindTooltip((layer) => says(layer.feature.properties.index), { sticky: true, className: "unit", opacity: 1 });
  let lit = null;
  const light = (layer) => {
    if (lit) lit.remove();
    lit = layer && L.geoJSON(layer.feature.geometry, { interactive: false, style: { renderer: marks, color: "#1b1f24", weight: 2, fill: false } }).addTo(map);
  };
  units.on("mouseover", (event) => light(event.layer)).on("mouseout", () => light(null));

  for (const [feature, fill] of missing)
    shape(feature.geometry, { renderer: marks, stroke: false, fillColor: "url(#hatch-" + fill + ")", fillOpacity: 1 }).addTo(map);
  if (data.parents) shape(data.parents, { renderer: lines, color: "#6f6b62", weight: 0.8 }).addTo(map);

  const styles = {
    footprint: () => [{ color: "#1b1f24", weight: 1, opacity: 0.75, fillColor: "url(#hatch-footprint)", fillOpacity: 1 }],
    polity: (colour) => [
      { color: "#fff", weight: 6, opacity: 0.95, lineJoin: "round", fill: false },
      { color: colour, weight: 2.5, lineJoin: "round", fillColor: colour, fillOpacity: 0.12 },
    ],
    bridge: (colour) => [{ color: colour, weight: 1, fillColor: "url(#hatch-bridge)", fillOpacity: 1 }],
    fringe: (colour) => [{ color: colour, weight: 1.5, dashArray: "1.5 3.5", fillColor: "#fff", fillOpacity: 0.4 }],
    outline: (colour) => [{ color: "#fff", weight: 5, fill: false }, { color: colour, weight: 2, dashArray: "6 4", fill: false }],
  };
  for (const overlay of data.overlays) {
    if (!overlay.geometry) continue;
    const group = L.layerGroup(styles[overlay.kind](overlay.colour).map((style) => shape(overlay.geometry, { renderer: marks, ...style }))).addTo(map);
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => (box.checked ? group.addTo(map) : group.remove()));
    const label = document.createElement("label");
    label.append(box, overlay.name);
    byId("layers").append(label);
  }

  const places = data.labels.map(([text, lat, lon, size]) =>
    [size, L.tooltip({ permanent: true, direction: "center", className: "place", pane: named, interactive: false, opacity: 1 }).setLatLng([lat, lon]).setContent(document.createTextNode(text).textContent.replace(/[&<>]/g, "")), text]);
  const showPlaces = () => {
    const degree = 256 * Math.pow(2, map.getZoom()) / 360;
    for (const [size, place, text] of places) {
      const fits = size * degree > text.length * 7 + 8;
      if (fits && !map.hasLayer(place)) map.openTooltip(place);
      if (!fits && map.hasLayer(place)) place.remove();
    }
  };
  map.on("zoomend", showPlaces);
  showPlaces();

  const find = byId("find"), typed = byId("name"), said = byId("said");
  const position = new Map(data.names.map((name, index) => [name.toLowerCase(), index]));
  typed.addEventListener("focus", () => {
    if (byId("names").childElementCount) return;
    byId("names").append(...data.names.map((name) => Object.assign(document.createElement("option"), { value: name })));
  });
  find.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = typed.value.trim().toLowerCase();
    const index = position.has(wanted) ? position.get(wanted) : data.names.findIndex((name) => wanted && name.toLowerCase().includes(wanted));
    if (index < 0 || !layers[index]) {
      said.textContent = wanted ? data.words.nowhere.replace("{name}", () => typed.value) : data.words.untyped;
      return;
    }
    const layer = layers[index];
    map.fitBounds(layer.getBounds(), { maxZoom: 8, animate: !still });
    light(layer);
    said.textContent = [...says(index).children].map((part) => part.textContent).join(" · ");
    layer.openTooltip(layer.getBounds().getCenter());
  });
}
