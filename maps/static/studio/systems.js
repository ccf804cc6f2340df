// The coordinate system of a file that names none: those that its coordinates fit, or found by name or code.

import { sendFile } from "./files.js";
import { ask, complain, form, one, say, text, texts } from "./page.js";

const field = document.getElementById("file-crs"), PAUSE = 300;
const CODE = /^\s*(?:epsg\s*:\s*)?\d{4,6}\s*$/i, WRITTEN_OUT = /[[+]/;
let bounds = null, waiting = 0, asked = 0;

form.addEventListener("studio-unplaced", ({ detail }) => {
  ({ bounds } = detail);
  const pair = (place) => `${bounds[place].toPrecision(6)}, ${bounds[place + 1].toPrecision(6)}`;
  one("file-open").open = true;
  offer(detail.systems, say(detail.systems.length ? "systems_fit" : "systems_nowhere", { low: pair(0), high: pair(2) }));
  field.focus();
});
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, PAUSE);
});
field.addEventListener("change", () => {
  if (!field.value.trim() || CODE.test(field.value) || WRITTEN_OUT.test(field.value)) sendFile();
});
document.getElementById("file").addEventListener("change", () => {
  bounds = null;
  offer([], "");
  field.value = "";
  sendFile();
});
async function find() {
  const wanted = field.value.trim(), mine = ++asked;
  if (!wanted || WRITTEN_OUT.test(wanted)) { offer([], ""); return; }
  try {
    const found = await ask("/studio/systems", { text: wanted, bounds });
    if (mine === asked) offer(found, found.length ? texts.systems_found : texts.systems_none);
  } catch (error) { complain(error); }
}
function offer(systems, sentence) {
  one("systems-said").textContent = sentence;
  one("systems").replaceChildren(...systems.map((system) => {
    const line = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.append(text("strong", system.name), text("span", `${system.code}${system.latitude === null ? "" : `, ${say("system_at", system)}`}`), text("span", system.area));
    button.addEventListener("click", () => {
      asked += 1;
      field.value = system.code;
      offer([], `${system.name}, ${system.code}`);
      sendFile();
    });
    line.append(button);
    return line;
  }));
}
