// Pens that write conditions into the form: a click locks a unit in or out, a stroke cuts the ways that it crosses.

import { idsOf, linesOf, setLines } from "./conditions.js";
import { fill } from "./locks.js";
import { modeNow } from "./map.js";
import { ask, complain, field, one, say, studio, tell, texts, when } from "./page.js";

const OTHER = { must: "must_not", must_not: "must" };
const FAR = 3;   // pixels between two points of a stroke

export function openPens() {
  const { map } = studio.ground;
  map.on("click", "units", ({ features }) => { if (modeNow() in OTHER) lock(modeNow(), studio.ground.units[features[0].id].properties); });
  strokes(map);
  when("mode", () => { hold(map); });
}
function lock(name, { u, n }) {
  const isFree = (line) => !idsOf(line).includes(u) && line !== n;
  const lines = linesOf(name), freed = lines.filter(isFree);
  setLines(name, freed.length < lines.length ? freed : [...lines, `${u}  # ${n}`]);
  setLines(OTHER[name], linesOf(OTHER[name]).filter(isFree));
  one("pen-said").textContent = say(freed.length < lines.length ? "pen_free" : `pen_done_${name}`, { name: n });
  showForm();
  tell("changed");
}
// Beside the map, what was written shows; above it, it would push the map away from under the pen.
function showForm() { one("conditions").open ||= matchMedia("(min-width: 960px)").matches; }
// The map lies still under a stroke, and says what the pen does.
function hold(map) {
  const isCut = modeNow() === "cut";
  map.dragPan[isCut ? "disable" : "enable"]();
  map.getCanvas().style.touchAction = isCut ? "none" : "";
  one("map").dataset.pen = modeNow();
  one("pen-said").textContent = texts[`pen_${modeNow()}`] ?? "";
}
function strokes(map) {
  const canvas = map.getCanvas();
  let line = null, last = null;
  const draw = () => { fill("stroke", line?.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } }] : []); };
  const reach = ({ offsetX, offsetY }) => {
    if (last && Math.hypot(offsetX - last[0], offsetY - last[1]) < FAR) return;
    last = [offsetX, offsetY];
    const { lng, lat } = map.unproject(last);
    line.push([lng, lat]);
    draw();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (modeNow() !== "cut" || !event.isPrimary || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    line = [];
    last = null;
    reach(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (line && event.isPrimary) reach(event); });
  const end = async (event) => {
    if (!line || !event.isPrimary) return;
    if (event.type === "pointerup") last = reach(event) ?? last;
    const drawn = line;
    line = null;
    if (event.type === "pointerup" && drawn.length > 1) await cut(drawn);
    if (!line) draw();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}
const pairOf = (line) => idsOf(line).sort().join("/");
async function cut(line) {
  try {
    const { lines } = await ask("/studio/crossed", { layer: field("layer").value, line });
    const before = linesOf("cut"), known = new Set(before.map(pairOf)), fresh = lines.filter((one_) => !known.has(pairOf(one_)));
    one("pen-said").textContent = fresh.length ? say(fresh.length === 1 ? "crossed.one" : "crossed.other", { number: fresh.length }) : texts.crossed_none;
    if (!fresh.length) return;
    setLines("cut", [...before, ...fresh]);
    showForm();
    tell("changed");
  } catch (error) { complain(error); }
}
