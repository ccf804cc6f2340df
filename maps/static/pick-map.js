// Choose a place on a map: a click, or Enter for the middle, writes its coordinates into the form and sends it; where
// something is sketched, it adds a line to a list. The map is loaded when a reader presses for it; nothing about where they look at leaves the browser.

function addLine(form, line) {
  const lines = form.querySelector("textarea");
  lines.value = [...lines.value.split("\n").filter((one) => one.trim()), line].join("\n");
  form.querySelector("[data-said]").textContent = line;
}

async function open(form, button) {
  const said = form.querySelector("[data-said]");
  const { groundMap, hasWebGL } = await import(button.dataset.core);
  if (!hasWebGL()) { said.textContent = button.dataset.failed; return; }
  said.textContent = button.dataset.loading;
  button.disabled = true;
  const place = document.createElement("div");
  place.className = "live pick";
  try {
    const { ground } = await (await fetch("/polities.json")).json();
    form.append(place);
    const { map } = await groundMap(place, { ...button.dataset, ground, label: button.dataset.label });
    const choose = ({ lng, lat }) => {
      if ("sketch" in form.dataset) { addLine(form, `${lat.toFixed(4)}, ${lng.toFixed(4)}`); return; }
      form.querySelector("[name=q]").value = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
      form.querySelectorAll("[name=place]").forEach((one) => { one.disabled = true; });
      form.requestSubmit();
    };
    map.on("click", ({ lngLat }) => { choose(lngLat); });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); choose(map.getCenter()); }
    });
    map.getCanvas().style.cursor = "crosshair";
    place.dataset.ready = "yes";
    said.textContent = button.dataset.ready;
    button.remove();
    map.getCanvas().focus();
  } catch (error) {
    place.remove();
    button.disabled = false;
    said.textContent = button.dataset.failed;
    console.warn(error.message);
  }
}

document.querySelectorAll("[data-ask]").forEach((form) => {
  const button = form.querySelector("[data-pick]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => { open(form, button); });
});
