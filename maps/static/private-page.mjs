// The private look-up's page: the index is downloaded once, and everything after that happens here.

import { PlaceError, download } from "./private-index.mjs";

const HUES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640, HEIGHT = 520;
const STEP = 1e7;

const root = document.querySelector("[data-private]");
const said = JSON.parse(document.querySelector("[data-spoken]").textContent);
const find = (name) => root.querySelector(`[data-${name}]`);

function words(key, values = {}) {
  return said[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function number(value, digits = 0) {
  return value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
}

function day(text) {
  const language = document.documentElement.lang;
  const form = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, form).format(new Date(`${text}T00:00:00Z`));
}

function distance(metres) {
  return metres < 1000 ? `${number(metres)} m` : `${number(metres / 1000, metres < 100000 ? 1 : 0)} km`;
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

let index;
let view = null;

async function fetchIndex() {
  const button = find("download"), status = find("said");
  button.disabled = true;
  try {
    index = await download(root.dataset.private, (size) => { status.textContent = words("progress", { size: number(size / 1e6, 1) }); });
  } catch {
    status.textContent = words("failed");
    button.disabled = false;
    return;
  }
  find("before").hidden = true;
  find("after").hidden = false;
  find("mode").textContent = `${words("ready")} ${words("date", { date: day(index.said.date) })}.`;
  const names = root.querySelector("#units");
  for (const layer of index.layers) names.append(...layer.names.map((name) => element("option", "", { value: name })));
  root.querySelector("#place").focus();
}

/** What somebody typed: coordinates (latitude first), a postcode, or the name of an area. */
function asked(text) {
  const pair = text.match(/^\s*([-+]?\d+(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d+(?:\.\d+)?)\s*$/);
  if (pair) return byPoint(Number(pair[2]), Number(pair[1]));
  const layer = index.layers[0];
  const code = text.trim().match(/^\d{5}$/) && index.postcodes.get(text.trim());
  if (code) return byUnits(layer, code);
  const wanted = text.trim().toLocaleLowerCase();
  for (const one of index.layers) {
    const exact = one.names.findIndex((name) => name.toLocaleLowerCase() === wanted);
    if (exact >= 0) return byUnits(one, [exact]);
  }
  const found = index.places.find(text);
  if (found) return found.isClear ? byTown(found.towns[0], found) : { choices: found };
  for (const one of index.layers) {
    const near = Array.from(one.names.keys()).filter((unit) => wanted && one.names[unit].toLocaleLowerCase().startsWith(wanted));
    if (near.length === 1) return byUnits(one, near);
    if (near.length > 1) throw new Error(words("error_several", { number: number(near.length) }));
  }
  throw new Error(words("error_unknown", { asked: text.trim() || "“”" }));
}

/** A town as the service answers it: all its counties, else the units at its middle; no distance to any border. */
function byTown(town, others = null) {
  const said = { title: index.places.title(town), others };
  const found = town.units.map((unit) => [index.layers[0], unit]);
  const known = new Set(found.map(([layer]) => layer));
  for (const layer of index.layers) {
    const unit = known.has(layer) ? -1 : layer.unitAt(town.lon, town.lat);
    if (unit >= 0) found.push([layer, unit]);
  }
  return { ...together(found), ...said };
}

function byPoint(lon, lat) {
  const record = index.lookup(lon, lat);
  const units = record.units.map((unit) => {
    const layer = index.layers.find((one) => one.name === unit.layer);
    return [layer, layer.ids.indexOf(unit.unit_id)];
  });
  return { record, units, point: [lon, lat] };
}

function byUnits(layer, units) { return together(units.map((unit) => [layer, unit])); }

/** Several units as one place. */
function together(units) { return { record: index.lookupUnits(units), units, point: null }; }

/** Places that may be meant, each a button. */
function choices({ towns, more }) {
  const list = element("ul", "", { class: "choices" });
  for (const town of towns.slice(0, 10)) {
    const item = element("li"), button = element("button", "", { type: "button" });
    const country = new Intl.DisplayNames([document.documentElement.lang], { type: "region" }).of(town.region.code);
    const where = [town.region.name, country, words("people", { number: number(town.people) })].filter((part) => part && part !== town.name);
    button.append(element("strong", town.name), element("span", where.join(", ")));
    button.addEventListener("click", () => { tell(null); answer(byTown(town)); });
    item.append(button);
    list.append(item);
  }
  return more ? [list, element("p", words("narrow", { number: number(more) }), { class: "small muted" })] : [list];
}

/** The smaller places of a name that was taken for the largest. */
function otherTowns({ towns, more }) {
  const made = element("details", "", { class: "note" });
  made.append(element("summary", words("others")), ...choices({ towns: towns.slice(1), more: Math.max(more - 1, 0) }));
  return made;
}

function answer({ record, units, point, title, others, choices: asking }) {
  const place = find("answer");
  place.replaceChildren();
  if (asking) {
    place.append(element("h2", words("which")), ...choices(asking));
    place.focus({ preventScroll: true });
    return draw(null);
  }
  const other = others && others.towns.length > 1 ? [otherTowns(others)] : [];
  if (!record.units.length) {
    place.append(element("h2", title ? words("place_outside", { place: title }) : words("outside")), ...other);
    return draw(null);
  }
  const count = record.polities.length, names = record.units.map((unit) => unit.name).join("; "), many = units.filter(([layer]) => layer === units[0][0]).length;
  place.append(element("h2", count === 0 ? words("answer_none") : words(count === 1 ? "answer_one" : "answer_other", { number: number(count) })));
  const where = title
    ? many > 1 ? words("place_straddles", { place: title, number: many }) : words("place_in_unit", { place: title, unit: names })
    : many > 1 && !point ? words("straddles", { number: many }) : words("in_unit", { unit: names });
  place.append(element("p", where), ...other);
  const list = element("ul", "", { class: "cards" });
  for (const polity of record.polities) {
    const card = element("li", "", { class: "card" }), head = element("h3");
    head.append(element("a", polity.title, { href: root.dataset.polities.replace("{id}", polity.id), "aria-label": `${polity.title}: ${words("open")}` }));
    card.append(head, ...asks(polity), ...polity.units.map((unit) => element("p", why(unit, polity))));
    const apart = polity.border_distance_m, inside = polity.units.filter((unit) => unit.inside);
    const whole = inside.length < polity.units.length ? "depends" : "unit_sure";
    const sure = apart === null ? words(whole, { unit: listed(inside.map((unit) => unit.name)) }) : words(polity.certainty === "certain" ? "sure" : "near", { distance: distance(apart) });
    card.append(element("p", `${sure} ${words("version", { version: polity.version })}.`, { class: "small muted" }));
    list.append(card);
  }
  place.append(list, ...outside(record.near), ...lines(record));
  place.focus({ preventScroll: true });
  draw({ units, point, names: record.units.map((unit) => unit.name).join("; ") });
}

/** What an issue asks, where somebody wrote it down. */
function asks({ question }) { return question ? [element("p", question, { class: "question" })] : []; }

function listed(names) { return new Intl.ListFormat(document.documentElement.lang).format(names); }

function share(part) { return part.toLocaleString(document.documentElement.lang, { style: "percent", maximumFractionDigits: part < 0.01 ? 1 : 0 }); }

/** How the issue bites in one unit of the place. */
function why(unit, polity) {
  const said = { unit: unit.name, number: number(unit.affected), of: number(unit.population ?? 0) };
  if (!unit.inside) return words(unit.affected ? "why_outside" : "why_outside_none", said);
  if (unit.affected_share === null) return words("why_inside", said);
  const bridge = unit.affected_share < 0.0005 && (polity.bridge_between?.length && unit.unit_id === polity.unit_id ? "why_bridge" : "why_link");
  if (bridge) return words(bridge, { ...said, between: listed(polity.bridge_between ?? []) });
  return unit.affected_share > 0.9995 ? words("why_all", said) : words("why_share", { ...said, share: share(unit.affected_share) });
}

/** Polities whose issue affects people here, though the place lies outside them. */
function outside(near) {
  if (!near.length) return [];
  const list = element("ul", "", { class: "cards" });
  for (const polity of near) {
    const card = element("li", "", { class: "card" }), head = element("h3"), held = index.layers.flatMap((layer) => layer.polities).find((one) => one.said.id === polity.id);
    head.append(element("a", polity.title, { href: root.dataset.polities.replace("{id}", polity.id), "aria-label": `${polity.title}: ${words("open")}` }));
    card.append(head, ...asks(polity), ...polity.units.filter((unit) => unit.affected).map((unit) => element("p", words("why_outside", { unit: unit.name, number: number(unit.affected), of: number(unit.population ?? 0) }))));
    card.append(element("p", words("outside_because", { share: held.said.coverage.toLocaleString(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 }) })), element("p", words("outside_until")));
    list.append(card);
  }
  return [element("h2", words("outside_title")), list];
}

/** Open proposals that would take the place in, and the laws that bind there. */
function lines({ proposals, laws }) {
  const linked = (address, key, value, text) => (address ? element("a", text, { href: address.replace(`{${key}}`, value) }) : element("span", text));
  const found = [];
  if (proposals.length) {
    const list = element("ul");
    for (const one of proposals) {
      const item = element("li");
      item.append(linked(root.dataset.proposals, "id", one.id, words("proposal", { title: one.title, version: one.version, date: day(one.open_until.slice(0, 10)) })));
      list.append(item);
    }
    found.push(element("h2", words("proposals")), list);
  }
  found.push(element("h2", words("laws")));
  if (!laws.length) return [...found, element("p", words("laws_none"))];
  const list = element("ul");
  for (const law of laws) {
    const item = element("li");
    item.append(linked(root.dataset.matters, "id", law.matter, law.title), element("br"), element("span", words("law_since", { date: day(law.since.slice(0, 10)), polity: law.polity }), { class: "small muted" }));
    list.append(item);
  }
  return [...found, list];
}

/** Draw the place's surroundings from the index alone. */
function draw(subject) {
  find("map").replaceChildren();
  find("map").closest("figure").querySelector(".legend")?.remove();
  find("map").closest("figure").hidden = !subject;
  if (subject) {
    const [layer, unit] = subject.units[0], at = 4 * unit;
    const box = layer.box.subarray(at, at + 4);
    const middle = subject.point ? subject.point.map((degrees) => degrees * STEP) : [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    view = { subject, layer, middle, reach: 2.5 * Math.max(box[2] - box[0], box[3] - box[1]) };
  } else view = null;
  redraw();
}

function redraw() {
  if (!view) return;
  const { subject, layer, middle, reach } = view;
  const stretch = Math.cos((middle[1] / STEP) * (Math.PI / 180));
  const scale = WIDTH / 2 / reach;
  const onPaper = (x, y) => [WIDTH / 2 + (x - middle[0]) * scale, HEIGHT / 2 - ((y - middle[1]) * scale) / Math.max(stretch, 0.05)];
  const seen = { west: middle[0] - reach, east: middle[0] + reach, south: middle[1] - reach * stretch, north: middle[1] + reach * stretch };
  const near = (box, at) => box[at] <= seen.east && box[at + 2] >= seen.west && box[at + 1] <= seen.north && box[at + 3] >= seen.south;
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words("map", { unit: subject.names }) });
  const line = (arc) => path(layer, arc, onPaper);
  const all = Array.from({ length: layer.ids.length }, (_, unit) => unit).filter((unit) => near(layer.box, 4 * unit));
  picture.append(shape("path", { d: all.map((unit) => filled(layer, unit, onPaper)).join(""), fill: "#f3f1ec", "fill-rule": "evenodd", stroke: "#c9c5bb", "stroke-width": 1 }));
  picture.append(shape("path", { d: subject.units.filter(([one]) => one === layer).map(([, unit]) => filled(layer, unit, onPaper)).join(""), fill: "#0b5cad", "fill-opacity": 0.18, "fill-rule": "evenodd", stroke: "#1b1f24", "stroke-width": 1.5 }));
  const outlined = layer.polities.filter((one) => !one.isWhole && subject.units.some(([, unit]) => one.holds(unit))).slice(0, HUES.length);
  outlined.forEach((polity, rank) => {
    const d = polity.border.filter((arc) => near(layer.arcBox, 4 * arc)).map(line).join("");
    picture.append(shape("path", { d, fill: "none", stroke: "#fff", "stroke-width": 5 }), shape("path", { d, fill: "none", stroke: HUES[rank], "stroke-width": 2.5 }));
  });
  for (const unit of all) {
    const [west, north] = onPaper(layer.box[4 * unit], layer.box[4 * unit + 3]), [east, south] = onPaper(layer.box[4 * unit + 2], layer.box[4 * unit + 1]);
    const name = layer.names[unit].split(",")[0], x = (west + east) / 2, y = (north + south) / 2;
    if (east - west < name.length * 8 || x < 40 || x > WIDTH - 40 || y < 16 || y > HEIGHT - 8) continue;
    const label = shape("text", { x, y, "text-anchor": "middle", "font-size": 13, fill: "#3d434a", stroke: "#f3f1ec", "stroke-width": 3, "paint-order": "stroke" });
    label.textContent = name;
    picture.append(label);
  }
  if (subject.point) {
    const [x, y] = onPaper(...middle);
    picture.append(shape("circle", { cx: x, cy: y, r: 7, fill: "#b01657", stroke: "#fff", "stroke-width": 3 }));
  }
  const legend = element("ul", "", { class: "legend" });
  outlined.forEach((polity, rank) => {
    const item = element("li"), mark = shape("svg", { viewBox: "0 0 24 16", "aria-hidden": "true" });
    mark.append(shape("path", { d: "M2 8H22", stroke: HUES[rank], "stroke-width": 3 }));
    item.append(mark, document.createTextNode(polity.said.title));
    legend.append(item);
  });
  const place = find("map");
  place.replaceChildren(picture);
  place.parentElement.querySelector(".legend")?.remove();
  place.after(legend);
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Path of an arc, vertices closer than a pixel left out. */
function path(layer, arc, onPaper, { backwards = false, move = true } = {}) {
  const { xy, first } = layer, low = first[arc], high = first[arc + 1] - 1;
  let d = "", px = NaN, py = NaN;
  for (let step = 0; step <= high - low; step++) {
    const k = backwards ? high - step : low + step, [x, y] = onPaper(xy[2 * k], xy[2 * k + 1]);
    if (step > 0 && step < high - low && Math.abs(x - px) < 1 && Math.abs(y - py) < 1) continue;
    d += `${step === 0 && move ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    [px, py] = [x, y];
  }
  return d;
}

function filled(layer, unit, onPaper) {
  return layer.rings[unit].map((walk) => `${Array.from(walk, (step, place) => path(layer, step >> 1, onPaper, { backwards: step % 2 === 1, move: place === 0 })).join("")}Z`).join("");
}

function tell(error) {
  const place = find("error");
  place.hidden = !error;
  place.textContent = error instanceof PlaceError ? words(`error_${error.message}`) : error?.message ?? "";
  root.querySelector("#place").toggleAttribute("aria-invalid", Boolean(error));
}

/** Answer what was typed; a mistake leaves nothing of the answer before. */
function submit(text) {
  try {
    answer(asked(text));
    tell(null);
  } catch (error) {
    find("answer").replaceChildren();
    draw(null);
    tell(error);
  }
}

root.hidden = false;
find("download").addEventListener("click", fetchIndex);
find("form").addEventListener("submit", (event) => { event.preventDefault(); submit(root.querySelector("#place").value); });
root.querySelector("#place").addEventListener("input", ({ target }) => {
  const names = root.querySelector("#units");
  names.querySelectorAll("[data-town]").forEach((option) => option.remove());
  names.prepend(...(index?.places.beginning(target.value) ?? []).map((town) => element("option", "", { value: index.places.title(town), "data-town": "" })));
});
find("closer").addEventListener("click", () => { if (view) { view.reach /= 2; redraw(); } });
find("wider").addEventListener("click", () => { if (view) { view.reach *= 2; redraw(); } });
if ("geolocation" in navigator) {
  const here = find("here");
  here.hidden = false;
  here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      root.querySelector("#place").value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
      submit(root.querySelector("#place").value);
    },
    () => tell(new Error(words("here_denied"))),
    { timeout: 15000, maximumAge: 60000 },
  ));
}
if (root.dataset.worker && "serviceWorker" in navigator) navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope });
