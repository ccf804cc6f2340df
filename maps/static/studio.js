// The analyst's studio, live: the form is the one truth; a drawing fills it, and it draws. After each change the smallest
// area is asked for and painted. Without WebGL the form is sent as it is, and the server answers with a picture.

const form = document.querySelector("[data-studio]");
const { language, texts, numbers, words, layers, ramp } = JSON.parse(document.querySelector("[data-studio-data]").textContent);
const one = (name) => document.querySelector(`[data-${name}]`);
const field = (name) => form.elements.namedItem(name);
const say = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const KEPT = "geopolity.studio.draft";
const PLAIN = ["kind", "shapes", "distance_km", "decay", "intensity", "units_how", "units", "column", "coverage", "layer", "smallest", "connector_km", "fill_holes", "title", "question"];

// ---- numbers as people read them -----------------------------------------------------------------------------------
const THIN = "\u202f";
const mark = (text) => text.replace(".", numbers.decimal);
const grouped = (text) => text.replace(/^(\d+)/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, THIN));
const whole = (number) => grouped(String(Math.round(number)));
function rounded(number) {
  const value = Number(number.toPrecision(3));
  for (const [size, word] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
    if (Math.abs(value) >= size) return mark(`${Number((value / size).toPrecision(3))}`) + THIN + numbers[word];
  }
  return grouped(mark(String(value)));
}
const people = (count) => (count > 0 && count < 0.5 ? numbers.few : rounded(count < 100 ? Number(count.toPrecision(3)) : Math.round(count)));
const percent = (share, digits = 1) => mark((share < 1 ? Math.min(100 * share, 100 - 10 ** -digits) : 100).toFixed(digits)) + THIN + "%";
function upward(share) {
  if (share <= 0) return `0${THIN}%`;
  const step = 10 ** (Math.floor(Math.log10(100 * share)) - 1);
  return mark(String(Number((Math.ceil((100 * share) / step - 1e-9) * step).toPrecision(3)))) + THIN + "%";
}
const clock = (time) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(time);

// ---- the form ------------------------------------------------------------------------------------------------------
function formState() {
  return Object.fromEntries(PLAIN.map((name) => [name, name === "fill_holes" ? field(name).checked : field(name).value]));
}
function setForm(state) {
  for (const name of PLAIN) {
    if (!(name in state)) continue;
    if (name === "fill_holes") field(name).checked = Boolean(state[name]);
    else if (name === "column" && ![...field(name).options].some((option) => option.value === state[name])) continue;
    else field(name).value = state[name];
  }
  one("coverage").value = field("coverage").value;
  showColumns();
}
function parseShapes(text) {
  const shapes = [[]], unknown = [];
  text.split("\n").forEach((line) => {
    const said = line.split("#")[0].trim();
    if (!said) { shapes.push([]); return; }
    const parts = said.split(/[,;\s]+/).filter(Boolean).map(Number);
    if (parts.length === 2 && parts.every(Number.isFinite)) shapes.at(-1).push([parts[1], parts[0]]);
    else unknown.push(said);
  });
  return { shapes: shapes.filter((shape) => shape.length), unknown };
}
const writeShapes = (shapes) => shapes.map((shape) => shape.map(([lon, lat]) => `${round(lat)}, ${round(lon)}`).join("\n")).join("\n\n");
const round = (number) => String(Math.round(number * 1e5) / 1e5);
const geometryOf = () => ({ area: "area", upload: uploaded, radius: "radius", corridor: "corridor" })[field("kind").value] ?? null;
let uploaded = "area";

function footprint(state) {
  if (state.kind === "units") {
    if (state.units_how === "everyone") return { kind: "everyone" };
    if (state.units_how === "attribute") return state.column ? { kind: "attribute", count: state.column } : null;
    const ids = state.units.split(/[,;\s]+/).filter(Boolean);
    return ids.length ? { kind: "units", units: ids } : null;
  }
  const { shapes } = parseShapes(state.shapes);
  const kind = geometryOf(), intensity = decimal(state.intensity, 1);
  const reach = { distance_km: decimal(state.distance_km, 50), decay: state.decay, intensity };
  if (kind === "area") {
    const closed = shapes.filter((shape) => shape.length >= 3);
    return closed.length ? { kind: "area", polygons: closed.map((shape) => [shape]), intensity } : null;
  }
  if (kind === "corridor") {
    const lines = shapes.filter((shape) => shape.length >= 2);
    return lines.length ? { kind: "corridor", lines, ...reach } : null;
  }
  return shapes.length ? { kind: "radius", points: shapes.flat(), ...reach } : null;
}
const decimal = (text, otherwise) => { const number = Number(String(text).replace(",", ".")); return String(text).trim() && Number.isFinite(number) ? number : otherwise; };
function draftOf(state) {
  const shape = footprint(state);
  return shape && {
    footprint: shape, layer: state.layer, coverage: String(Math.round(decimal(state.coverage, 90) * 1e4) / 1e6),
    smallest: state.smallest, connector_km: state.connector_km.trim() ? decimal(state.connector_km, null) : null,
    fill_holes: state.fill_holes, title: state.title || undefined, question: state.question,
  };
}
function showColumns() {
  const { columns } = layers[field("layer").value], select = field("column"), before = select.value;
  select.replaceChildren(...(columns.length ? columns : [""]).map((name) => new Option(name || texts.column_none, name)));
  if (columns.includes(before)) select.value = before;
}

// ---- undo, redo, and a draft that outlives the session ---------------------------------------------------------------
const past = [JSON.stringify(formState())], future = [];
function keep() {
  const now = JSON.stringify(formState());
  if (now === past.at(-1)) return;
  past.push(now);
  future.length = 0;
  stored(now);
}
function stored(now) {
  try { localStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), state: JSON.parse(now) })); } catch { /* a full or closed store loses only the copy */ }
  one("undo").disabled = past.length < 2;
  one("redo").disabled = !future.length;
}
function step(from, to) {
  if (from === past ? past.length < 2 : !future.length) return;
  to.push(from.pop());
  const now = (from === past ? past.at(-1) : past.at(-1));
  setForm(JSON.parse(now));
  stored(now);
  showDrawing();
  derive();
}
one("undo").addEventListener("click", () => { step(past, future); });
one("redo").addEventListener("click", () => { step(future, past); });
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("input, textarea")) return;
  event.preventDefault();
  if (event.shiftKey) step(future, past); else step(past, future);
});

// ---- asking the server -----------------------------------------------------------------------------------------------
async function ask(address, body, signal) {
  let answer;
  try {
    answer = await fetch(address, { method: body === undefined ? "GET" : "POST", signal, headers: body === undefined ? {} : { "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(texts.offline, { cause: error });
  }
  if (answer.status === 401) throw new Error(texts.expired);
  const said = await answer.json();
  if (!answer.ok) throw refused(answer, said);
  return said;
}
const refused = (answer, said) => Object.assign(new Error(said.detail ?? String(answer.status)), { language: answer.headers.get("Content-Language") ?? "en" });
function complain(error) {
  one("error").hidden = !error;
  if (!error) return;
  one("error-said").lang = error.language ?? language;
  one("error-said").textContent = error.message;
  if (error.message === texts.expired) {
    const link = Object.assign(document.createElement("a"), { href: "/sign-in", textContent: " /sign-in" });
    one("error-said").append(link);
  }
}

// ---- deriving --------------------------------------------------------------------------------------------------------
let ground = null, result = null, pinned = null, running = null, waiting = 0;
function later() { clearTimeout(waiting); waiting = setTimeout(() => { keep(); showDrawing(); derive(); }, 250); }

async function derive() {
  running?.abort();
  const state = formState();
  const { unknown } = state.kind === "units" ? { unknown: [] } : parseShapes(state.shapes);
  if (unknown.length) { await placeNames(unknown); return; }
  const draft = draftOf(state);
  if (!draft) { showNothing(); return; }
  const started = performance.now(), control = running = new AbortController();
  const slow = setTimeout(() => { one("said").textContent = result ? texts.working : `${texts.working} ${texts.warming}`; }, 400);
  try {
    const made = await ask("/studio/derive", draft, control.signal);
    if (control !== running) return;
    result = { ...made, draft, state };
    complain(null);
    showResult(started);
  } catch (error) {
    if (error.name === "AbortError") return;
    complain(error);
    one("said").textContent = texts.empty;
  } finally { clearTimeout(slow); }
}
async function placeNames(unknown) {
  try {
    const found = new Map(await Promise.all(unknown.map(async (name) => [name, await ask("/studio/place", { name })])));
    field("shapes").value = field("shapes").value.split("\n").map((line) => {
      const spot = found.get(line.split("#")[0].trim());
      return spot ? `${round(spot.lat)}, ${round(spot.lon)}  # ${spot.title}` : line;
    }).join("\n");
    keep();
    showDrawing();
    derive();
  } catch (error) { complain(error); }
}
function showNothing() {
  result = null;
  complain(null);
  one("said").textContent = texts.empty;
  one("figures").hidden = true;
  one("after").hidden = true;
  one("legend").hidden = true;
  ground?.fill([], []);
  ground?.draw({ outlines: [], footprint: null });
}
function insideOf({ units, inside }) {
  const bits = Uint8Array.from(atob(inside), (letter) => letter.charCodeAt(0));
  return units.filter((_, place) => bits[place >> 3] & (128 >> (place & 7)));
}
function showResult(started) {
  const { figures } = result;
  result.members = new Set(insideOf(result));
  if (ground) paint(result, started);
  const proof = figures.gap <= 0 ? texts.answer_proven : say("answer_gap", { gap: upward(figures.gap / (1 + figures.gap)) });
  const word = words[result.draft.layer][figures.units === 1 ? 0 : 1];
  one("said").textContent = say("answer", { units: whole(figures.units), words: word, coverage: percent(figures.coverage), affected: people(figures.affected), proof });
  showFigures(figures);
  showLegend();
  one("after").hidden = false;
  showTop();
  showNotes();
  compare();
  checks();
}
// The outline is cut into tiles by the map's own worker; fills wait for it, so that one frame shows both.
async function paint(made, started) {
  const arrived = ground.draw({ outlines: [{ colour: "#b01657", tint: true, shape: made.outline }], footprint: made.footprint });
  await arrived;
  if (made !== result) return;
  ground.fill(made.units, made.class_of.map((number) => (number >= 0 ? made.classes.colours[number] : null)));
  ground.map.once("render", () => { requestAnimationFrame(() => { one("map").dataset.painted = String(Math.round(performance.now() - started)); }); });
  ground.map.triggerRepaint();
}
function showFigures(it) {
  const lines = [
    [texts.fig_affected, people(it.affected), say("range", { low: people(it.affected_low), high: people(it.affected_high) })],
    [texts.fig_coverage, percent(it.coverage), ""],
    [texts.fig_population, people(it.population), ""],
    [texts.fig_precision, percent(it.precision, 0), texts.fig_precision_note],
    [texts.fig_area, `${rounded(it.area_km2)} ${numbers.km2}`, ""],
    [texts.fig_units, whole(it.units), ""],
    [texts.fig_gap, upward(it.gap), it.gap <= 0 ? texts.fig_gap_proven : texts.fig_gap_note],
    [texts.fig_time, `${Math.round(it.seconds * 1000)} ms`, texts.fig_time_note],
  ];
  one("figures").replaceChildren(...lines.map(([label, value, note]) => {
    const box = document.createElement("div"), dt = text("dt", label), dd = document.createElement("dd");
    dd.append(text("span", value, "value"));
    if (note) dd.append(document.createElement("br"), text("span", note, "small muted"));
    box.append(dt, dd);
    return box;
  }));
  one("figures").hidden = false;
}
// The legend of the map as it is: the outline, the footprint, classes from many to few, nobody.
function showLegend() {
  const { breaks, lowest, colours } = result.classes, box = { x: 1, y: 1, width: 22, height: 14 };
  const classes = colours.map((colour, place) => [
    say("range", { low: people(place ? breaks[place - 1] : lowest), high: people(breaks[place]) }), [["rect", { ...box, fill: colour, stroke: "#767268" }]],
  ]).reverse();
  const hatch = [["rect", { ...box, fill: "#fff", stroke: "#1b1f24" }], ["path", { d: "M2 14L10 2M9 14L17 2M16 14L22 5", stroke: "#1b1f24" }]];
  const entries = [
    [texts.legend_polity, [["rect", { x: 2, y: 2, width: 20, height: 12, fill: "#b01657", "fill-opacity": 0.12, stroke: "#b01657", "stroke-width": 3 }]]],
    ...(result.footprint ? [[texts.legend_footprint, hatch]] : []),
    [say("legend", { word: words[result.draft.layer][0] }), []],
    ...classes,
    [texts.legend_nobody, [["rect", { ...box, fill: "#f3f1ec", stroke: "#767268" }]]],
  ];
  one("legend").replaceChildren(...entries.map(([said, marks]) => {
    const line = document.createElement("li");
    if (marks.length) {
      const picture = svgElement("svg", { viewBox: "0 0 24 16", "aria-hidden": "true" });
      picture.append(...marks.map(([tag, attributes]) => svgElement(tag, attributes)));
      line.append(picture);
    }
    line.append(said);
    return line;
  }));
  one("legend").hidden = !ground;
}
function svgElement(tag, attributes, words_ = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => { element.setAttribute(name, value); });
  element.textContent = words_;
  return element;
}
function text(tag, words_, name = "") {
  const element = document.createElement(tag);
  element.textContent = words_;
  if (name) element.className = name;
  return element;
}
const unitName = (unit) => ground?.units[unit].properties.n ?? String(unit);

// ---- why is this unit in? --------------------------------------------------------------------------------------------
function showTop() {
  const order = result.units.map((_, place) => place).sort((a, b) => result.affected[b] - result.affected[a]).slice(0, 12);
  one("top").replaceChildren(...order.map((place) => {
    const unit = result.units[place], row = document.createElement("tr"), head = text("th", unitName(unit));
    head.scope = "row";
    const why = text("button", texts.why, "quiet");
    why.type = "button";
    why.setAttribute("aria-label", `${texts.why} ${unitName(unit)}`);
    why.addEventListener("click", () => { explain(unit); });
    const last = document.createElement("td");
    last.append(why);
    row.append(head, text("td", whole(result.affected[place]), "number"), text("td", result.members.has(unit) ? "✓" : "–"), last);
    return row;
  }));
}
function explain(unit) {
  const place = result.units.indexOf(unit), { n, p } = ground.units[unit].properties, it = result.figures;
  const affected = place < 0 ? 0 : result.affected[place], isIn = result.members.has(unit), target = percent(Number(result.draft.coverage));
  const sentences = [];
  if (affected > 0) {
    const area = result.area_km2[place];
    sentences.push(say("why_count", { population: p === null ? "?" : whole(p), share: p ? percent(Math.min(affected / p, 1)) : "?", affected: whole(affected), low: whole(result.low[place]), high: whole(result.high[place]) }));
    sentences.push(say("why_share", { part: percent(affected / it.affected, 2), area: rounded(area), density: rounded(affected / area), mean: rounded(it.affected_inside / it.area_km2) }));
  }
  const without = (it.affected_inside - affected) / it.affected;
  if (!isIn) sentences.push(affected > 0 ? say("why_out", { target }) : texts.why_none);
  else if (without < Number(result.draft.coverage)) sentences.push(say("why_needed", { coverage: percent(without, 2), target }));
  else sentences.push(p && affected / p < 0.01 ? texts.why_link : texts.why_inside);
  const box = one("why");
  box.replaceChildren(text("h3", say("why_title", { name: n })), ...sentences.map((sentence) => text("p", sentence)));
  box.hidden = false;
}
one("ask-unit").addEventListener("change", ({ target }) => {
  const wanted = target.value.trim().toLocaleLowerCase();
  if (!wanted || !result || !ground) return;
  const found = ground.units.find(({ properties }) => properties.n.toLocaleLowerCase().startsWith(wanted) || properties.u === wanted);
  if (found) explain(found.id);
  else { one("why").replaceChildren(text("p", texts.why_unknown)); one("why").hidden = false; }
});
function showNotes() {
  const notes = [...result.notes, ...result.figures.layer_notes].map((sentence) => Object.assign(text("li", sentence), { lang: "en" }));
  const list = document.createElement("ul");
  list.append(...notes);
  one("notes").replaceChildren(notes.length ? list : text("p", texts.notes_none), text("p", say("notes_crs", { crs: result.figures.crs }), "small muted"));
}

// ---- the price of coverage -------------------------------------------------------------------------------------------
one("curve").addEventListener("click", async () => {
  if (!result) return;
  one("curve-said").textContent = texts.curve_wait;
  try { plot((await ask("/api/v1/derivations/curve", result.draft)).levels); one("curve-said").textContent = ""; } catch (error) { one("curve-said").textContent = ""; complain(error); }
});
function plot(points) {
  one("curve-plot").replaceChildren();
  if (!points.length) return;
  const most = Math.max(...points.map((point) => point.area_km2)), first = points[0], last = points.at(-1);
  const x = ({ coverage_target: target }) => 20 + (360 * (target - first.coverage_target)) / Math.max(last.coverage_target - first.coverage_target, 1e-9), y = ({ area_km2 }) => 130 - (115 * area_km2) / most;
  const svg = svgElement;
  const words_ = say("curve_axis", { low: `${rounded(first.area_km2)} ${numbers.km2}`, high: `${rounded(last.area_km2)} ${numbers.km2}`, first: percent(first.coverage_target, 0), last: percent(last.coverage_target, 0) });
  const picture = svg("svg", { viewBox: "0 0 400 150", role: "img", "aria-label": words_ });
  picture.append(svg("path", { d: points.map((point, place) => `${place ? "L" : "M"}${x(point).toFixed(1)} ${y(point).toFixed(1)}`).join("") }));
  points.forEach((point) => { picture.append(svg("circle", { cx: x(point).toFixed(1), cy: y(point).toFixed(1), r: 4, class: point.coverage_target === Number(result.draft.coverage) ? "now" : point.knee ? "knee" : "" })); });
  [first, last].forEach((point, place) => { picture.append(svg("text", { x: x(point), y: 148, "font-size": 12, fill: "currentColor", "text-anchor": place ? "end" : "start" }, percent(point.coverage_target, 0))); });
  const table = document.createElement("table"), body = document.createElement("tbody"), head = document.createElement("thead"), row = document.createElement("tr");
  row.append(...[texts.curve_col, texts.fig_area, texts.fig_units, texts.fig_population].map((label, place) => Object.assign(text("th", label, place ? "number" : ""), { scope: "col" })));
  head.append(row);
  body.append(...points.map((point) => {
    const line = document.createElement("tr"), choose = text("button", percent(point.coverage_target, 0), "quiet");
    choose.type = "button";
    choose.addEventListener("click", () => { setCoverage(point.coverage_target * 100); });
    const cell = Object.assign(document.createElement("th"), { scope: "row" });
    cell.append(choose, ...(point.knee ? [" ", text("span", texts.curve_knee, "small muted")] : []));
    line.append(cell, text("td", `${rounded(point.area_km2)} ${numbers.km2}`, "number"), text("td", whole(point.units), "number"), text("td", people(point.population), "number"));
    return line;
  }));
  table.append(head, body);
  one("curve-plot").replaceChildren(picture, text("p", words_, "small muted"), table);
}
function setCoverage(value) {
  field("coverage").value = String(Math.round(value * 100) / 100);
  one("coverage").value = value;
  later();
}
one("coverage").addEventListener("input", ({ target }) => { setCoverage(Number(target.value)); });

// ---- comparing -------------------------------------------------------------------------------------------------------
let against = null;
async function loadVersions() {
  const versions = await ask("/studio/versions").catch(() => []);
  versions.forEach((it) => { one("compare").add(new Option(say("compare_version", it), `${it.id}/${it.version}`)); });
  return versions;
}
const known = loadVersions();
one("compare").addEventListener("change", async ({ target }) => {
  if (target.value === "pin") {
    pinned = new Set(result.members);
    against = pinned;
    const option = new Option(say("compare_pinned", { time: clock(Date.now()) }), "pinned", true, true);
    [...target.options].filter((it) => it.value === "pinned").forEach((it) => { it.remove(); });
    target.add(option);
  } else if (target.value === "pinned") against = pinned;
  else against = target.value ? await versionMembers(target.value) : null;
  compare();
});
async function versionMembers(name) {
  const ids = new Set(await ask(`/studio/versions/${name}`));
  return new Set((ground?.units ?? []).filter(({ properties }) => ids.has(properties.u)).map(({ id }) => id));
}
// Units that joined and left, as outlines of their own: few, so that they cost nothing while nobody compares.
function showMoved(joined, left) {
  const outlined = (units, colour) => units.map((unit) => ({ type: "Feature", properties: { colour }, geometry: ground.units[unit].geometry }));
  ground?.map.getSource("moved").setData({ type: "FeatureCollection", features: [...outlined(joined, "#009e73"), ...outlined(left, "#d55e00")] });
}
let isComparing = false;
function compare() {
  if (!against || !result) {
    one("compared").replaceChildren();
    if (isComparing) showMoved([], []);
    isComparing = false;
    return;
  }
  isComparing = true;
  const joined = [...result.members].filter((unit) => !against.has(unit)), left = [...against].filter((unit) => !result.members.has(unit));
  showMoved(joined, left);
  const lists = [[texts.joined, joined], [texts.left, left]].filter(([, units]) => units.length).map(([label, units]) => {
    const box = document.createElement("details");
    box.append(text("summary", `${label} (${whole(units.length)})`), text("p", units.map(unitName).join("; "), "small"));
    return box;
  });
  one("compared").replaceChildren(text("p", say("compare_said", { joined: whole(joined.length), left: whole(left.length), stayed: whole(result.members.size - joined.length) })), ...lists);
}

// ---- sharing, files ----------------------------------------------------------------------------------------------------
const packed = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value)))).replaceAll("+", "-").replaceAll("/", "_");
const unpacked = (code) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0))));
one("share").addEventListener("click", async () => {
  const link = `${location.origin}/studio#d=${packed(formState())}`;
  try { await navigator.clipboard.writeText(link); one("files-said").textContent = texts.shared; } catch {
    const input = Object.assign(document.createElement("input"), { value: link, readOnly: true });
    input.setAttribute("aria-label", texts.share_here);
    one("files-said").replaceChildren(`${texts.share_here} `, input);
    input.select();
  }
});
function download(name, value) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(value, null, 1)], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => { URL.revokeObjectURL(address); }, 1000);
}
one("export").addEventListener("click", () => { download(`${slug() || "draft"}.json`, { geopolity: "draft", ...formState() }); });
one("export-result").addEventListener("click", () => {
  if (result) download(`${slug() || "draft"}.geojson`, { type: "FeatureCollection", features: [{ type: "Feature", properties: { ...result.figures, title: field("title").value, units: [...result.members].map((unit) => ground?.units[unit].properties.u ?? unit) }, geometry: result.outline }] });
});
one("import").addEventListener("change", async ({ target }) => {
  try {
    const state = JSON.parse(await target.files[0].text());
    if (state.geopolity !== "draft") throw new Error("geopolity ≠ draft");
    setForm(state);
    keep();
    showDrawing();
    derive();
  } catch (error) { one("files-said").textContent = say("import_bad", { reason: error.message }); }
});
document.getElementById("file").addEventListener("change", async ({ target }) => {
  const body = new FormData();
  body.append("file", target.files[0]);
  try {
    const answer = await fetch("/studio/upload", { method: "POST", body });
    const said = await answer.json();
    if (!answer.ok) throw answer.status === 401 ? new Error(texts.expired) : refused(answer, said);
    uploaded = said.kind;
    const shapes = said.polygons?.map((rings) => rings[0].slice(0, -1)) ?? said.lines ?? said.points.map((point) => [point]);
    field("shapes").value = writeShapes(shapes);
    document.querySelector("[data-file-said]").textContent = say("file_done", { number: whole(shapes.length), name: target.files[0].name });
    keep();
    showDrawing();
    derive();
    if (ground && shapes.length) ground.map.fitBounds(boundsOf(shapes.flat()), { padding: 60, maxZoom: 8, animate: false });
  } catch (error) { complain(error); }
});
function boundsOf(points) {
  const lon = points.map((point) => point[0]), lat = points.map((point) => point[1]);
  return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)];
}

// ---- proposing -----------------------------------------------------------------------------------------------------------
const slug = () => field("title").value.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/^-|-$/g, "");
let isNamed = false;
one("name").addEventListener("input", () => { isNamed = true; checks(); });
one("read").addEventListener("change", checks);
async function checks() {
  if (!isNamed) one("name").value = slug();
  const done = { title: Boolean(field("title").value.trim() && field("question").value.trim()), result: Boolean(result), gap: Boolean(result && Number.isFinite(result.figures.gap)) };
  Object.entries(done).forEach(([name, is]) => {
    const tag = document.querySelector(`[data-check="${name}"]`);
    tag.textContent = is ? texts.done : texts.missing;
    tag.className = `tag ${is ? "good" : "alert"}`;
  });
  one("publish").disabled = !(Object.values(done).every(Boolean) && one("read").checked && one("name").value);
  const mine = (await known).filter((it) => it.id === one("name").value), active = mine.find((it) => it.status === "active");
  one("publish").textContent = say("publish_send", { version: 1 + Math.max(0, ...mine.map((it) => it.version)) });
  if (!active || !result) { one("diff").textContent = texts.check_first; return; }
  const before = await versionMembers(`${active.id}/${active.version}`).catch(() => null);
  if (!before) return;
  const joined = [...result.members].filter((unit) => !before.has(unit)).length;
  one("diff").textContent = say("compare_said", { joined: whole(joined), left: whole([...before].filter((unit) => !result.members.has(unit)).length), stayed: whole(result.members.size - joined) });
}
async function proposed(order) {
  while (["queued", "running"].includes(order.status)) {
    const before = order.place ? say(order.place === 1 ? "order_place.one" : "order_place.other", { number: whole(order.place) }) : texts.publish_wait;
    if (one("published").textContent !== before) one("published").replaceChildren(text("p", before));
    await new Promise((done) => { setTimeout(done, 500); });
    order = await ask(`/studio/orders/${order.id}/state`);
  }
  if (order.problem) throw Object.assign(new Error(order.problem.detail), { language: order.problem.language });
  if (!order.proposed) throw new Error(texts.order_cancelled);
  return order.proposed;
}
one("publish").addEventListener("click", async () => {
  one("publish").disabled = true;
  one("published").replaceChildren(text("p", texts.publish_wait));
  try {
    const made = await proposed(await ask("/studio/publish", { asked: { ...draftOf(formState()), name: one("name").value }, days: Math.round(decimal(one("days").value, 30)) }));
    const link = Object.assign(text("a", texts.published_link, "button"), { href: `/polities/${made.id}/proposal` });
    const note = document.createElement("div");
    note.className = "note good";
    note.append(text("p", say("published", made)), link);
    one("published").replaceChildren(note);
  } catch (error) {
    const note = Object.assign(text("div", error.message, "note alert"), { lang: error.language ?? language });
    note.setAttribute("role", "alert");
    one("published").replaceChildren(note);
    one("publish").disabled = false;
  }
});

// ---- the map and the pen -----------------------------------------------------------------------------------------------
const PEN = "#0b5cad";
let pen = null, mode = "look";
const MODES = { area: "polygon", corridor: "linestring", radius: "point" };
async function openMap() {
  const { groundMap, hasWebGL } = await import(form.dataset.core);
  if (!hasWebGL()) { one("said").textContent = texts.no_webgl; return; }
  const place = one("map");
  place.hidden = false;
  one("source").hidden = false;
  const layer = field("layer").value;
  ground = await groundMap(place, { engine: form.dataset.engine, worker: form.dataset.worker, style: form.dataset.style, ground: layers[layer].digest, label: texts.map });
  const [drawing, { TerraDrawMapLibreGLAdapter }] = await Promise.all([import(form.dataset.drawing), import(form.dataset.adapter)]);
  pen = penOf(drawing, new TerraDrawMapLibreGLAdapter({ map: ground.map, lib: ground.maplibregl }));
  one("tools").hidden = false;
  document.querySelector("[data-snap-choice]").hidden = false;
  ground.map.on("click", "units", ({ features }) => { if (mode === "look" && result) explain(features[0].id); });
  place.dataset.ready = layer;
  showDrawing();
}
function penOf({ TerraDraw, TerraDrawPolygonMode, TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawSelectMode }, adapter) {
  const snapping = { toCoordinate: one("snap").checked, toLine: one("snap").checked };
  const corners = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
  const made = new TerraDraw({
    adapter,
    modes: [
      new TerraDrawPolygonMode({ snapping, styles: { fillColor: PEN, fillOpacity: 0.06, outlineColor: PEN, outlineWidth: 2 } }),
      new TerraDrawLineStringMode({ snapping, styles: { lineStringColor: PEN, lineStringWidth: 2 } }),
      new TerraDrawPointMode({ styles: { pointColor: PEN, pointWidth: 5 } }),
      new TerraDrawSelectMode({ flags: { polygon: corners, linestring: corners, point: { feature: { draggable: true } } } }),
    ],
  });
  made.start();
  made.on("finish", takeDrawing);
  made.on("change", (_, kind) => { if (kind === "delete" && mode === "edit" && !isShowing) setTimeout(takeDrawing); });
  return made;
}
function takeDrawing() {
  if (!pen || isShowing) return;
  const kind = geometryOf(), shapes = pen.getSnapshot()
    .filter(({ properties }) => properties.mode === MODES[kind] && !properties.midPoint && !properties.selectionPoint)
    .map(({ geometry }) => (kind === "area" ? geometry.coordinates[0].slice(0, -1) : kind === "radius" ? [geometry.coordinates] : geometry.coordinates));
  const textNow = writeShapes(shapes);
  if (textNow === field("shapes").value) return;
  field("shapes").value = textNow;
  drawn = `${kind}\n${textNow}`;
  keep();
  derive();
}
let isShowing = false, drawn = null;
function showDrawing() {
  const kind = geometryOf();
  form.querySelectorAll("[data-mode=draw], [data-mode=edit]").forEach((button) => { button.disabled = !kind; });
  const shown = `${kind}\n${field("shapes").value}`;
  if (!pen || shown === drawn) return;
  drawn = shown;
  isShowing = true;
  const { shapes } = parseShapes(field("shapes").value);
  pen.clear();
  if (kind) {
    const make = {
      area: (shape) => shape.length >= 3 && { type: "Polygon", coordinates: [[...shape, shape[0]]] },
      corridor: (shape) => shape.length >= 2 && { type: "LineString", coordinates: shape },
    };
    const geometries = kind === "radius" ? shapes.flat().map((point) => ({ type: "Point", coordinates: point })) : shapes.map(make[kind]).filter(Boolean);
    pen.addFeatures(geometries.map((geometry) => ({ type: "Feature", properties: { mode: MODES[kind] }, geometry })));
  }
  setMode(kind ? mode : "look");
  isShowing = false;
}
function setMode(next) {
  mode = next;
  form.querySelectorAll("[data-mode]").forEach((button) => { button.setAttribute("aria-pressed", String(button.dataset.mode === mode)); });
  pen?.setMode(mode === "draw" ? MODES[geometryOf()] : mode === "edit" ? "select" : "static");
}
form.querySelectorAll("[data-mode]").forEach((button) => { button.addEventListener("click", () => { setMode(button.dataset.mode); }); });
one("zoom").addEventListener("click", () => {
  const points = [];
  const walk = (part) => { if (typeof part[0] === "number") points.push(part); else part.forEach(walk); };
  [result?.outline, result?.footprint].filter((shape) => shape?.coordinates).forEach((shape) => { walk(shape.coordinates); });
  if (geometryOf()) points.push(...parseShapes(field("shapes").value).shapes.flat());
  if (ground && points.length) ground.map.fitBounds(boundsOf(points), { padding: 40, maxZoom: 9, animate: false });
});
one("clear").addEventListener("click", () => { field("shapes").value = ""; keep(); showDrawing(); derive(); });
one("snap").addEventListener("change", () => {
  const snapping = { toCoordinate: one("snap").checked, toLine: one("snap").checked };
  ["polygon", "linestring"].forEach((name) => { pen?.updateModeOptions(name, { snapping }); });
});

// ---- beginning -----------------------------------------------------------------------------------------------------------
form.addEventListener("submit", (event) => {
  if (!ground) return;
  event.preventDefault();
  clearTimeout(waiting);
  keep();
  showDrawing();
  derive();
});
form.addEventListener("input", ({ target }) => { if (PLAIN.includes(target.name) && !["title", "question"].includes(target.name)) later(); });
form.addEventListener("change", ({ target }) => {
  if (target.name === "layer") { keep(); location.reload(); }
  if (["title", "question"].includes(target.name)) { keep(); checks(); }
  if (target.name === "kind") { setMode("look"); later(); }
});
one("fresh").addEventListener("click", () => { localStorage.removeItem(KEPT); location.assign("/studio"); });
function restore() {
  if (location.hash.startsWith("#d=")) { setForm(unpacked(location.hash.slice(3))); return; }
  const saved = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  if (!saved || field("shapes").value || JSON.stringify(saved.state) === past[0]) return;
  setForm(saved.state);
  document.querySelector("[data-restored-said]").textContent = say("restored", { time: clock(saved.at) });
  one("restored").hidden = false;
}
try { restore(); } catch (error) { console.warn(error.message); }
showColumns();
keep();
openMap().catch((error) => { complain(error); }).finally(() => { if (ground) derive(); });
