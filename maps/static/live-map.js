// Turns the picture of a page into a live map when a reader presses for it; the picture and the table say the same.

async function open(button) {
  const said = button.parentElement.querySelector("[data-live-said]");
  const { groundMap, hasWebGL } = await import(button.dataset.core);
  if (!hasWebGL()) { said.textContent = button.dataset.failed; return; }
  said.textContent = button.dataset.loading;
  button.disabled = true;
  const picture = button.closest("section").querySelector(".picture");
  const place = document.createElement("div");
  place.className = "live";
  try {
    const fed = await (await fetch(button.dataset.live)).json();
    picture.replaceWith(place);
    const ground = await groundMap(place, {
      engine: button.dataset.engine, worker: button.dataset.worker, style: button.dataset.style,
      ground: fed.ground, label: button.dataset.label,
    });
    ground.fill(fed.units, fed.class_of.map((number) => fed.colours[number]));
    ground.draw(fed);
    showNames(ground, fed, button.dataset.why);
    const shapes = fed.outlines.filter((one) => one.tint).map((one) => one.shape).concat(fed.footprint ?? []);
    if (shapes.length) ground.map.fitBounds(boundsOf(shapes), { padding: 32, animate: false });
    place.dataset.ready = "yes";
    said.textContent = "";
    button.remove();
    ground.map.getCanvas().focus();
  } catch (error) {
    if (place.isConnected) place.replaceWith(picture);
    button.disabled = false;
    said.textContent = button.dataset.failed;
    console.warn(error.message);
  }
}

function boundsOf(shapes) {
  const box = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] !== "number") { part.forEach(walk); return; }
    box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
  };
  shapes.forEach((shape) => { walk(shape.coordinates ?? shape.geometries.map((one) => one.coordinates)); });
  return box;
}

function showNames({ map, maplibregl, units }, fed, why) {
  const values = new Map(fed.units.map((unit, place) => [unit, fed.values[place]]));
  const popup = new maplibregl.Popup({ closeButton: false, closeOnClick: false });
  map.on("mousemove", "units", ({ features, lngLat }) => {
    const value = values.get(features[0].id);
    popup.setLngLat(lngLat).setText(units[features[0].id].properties.n + (value === undefined ? "" : `: ${Math.round(value).toLocaleString(document.documentElement.lang)}`)).addTo(map);
  });
  map.on("mouseleave", "units", () => { popup.remove(); });
  if (why) map.on("click", "units", ({ features }) => { location.assign(why + encodeURIComponent(units[features[0].id].properties.n)); });
}

document.querySelectorAll("[data-live]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => { open(button); });
});
