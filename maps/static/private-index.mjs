// The look-up index in the reader's own browser: point → unit → polities, with the server's answer and no request.
// geopolity/lookup/pack.py says how the bytes are laid out; geopolity/lookup/grid.py is what this must agree with.

const SNAP = 1e7;
const HALF_TURN = 180 * SNAP;
const COARSE = 10;
const NEAR_M = 100;
const CELLS = 160;
const DOUBT = 2 ** -51; // products of doubles are right to within this share of their sizes
const LONGEST_STEPS = SNAP / 20;
const RADIUS = 6371008.8;
const AXIS = 6378137;
const FLATTENING = 1 / 298.257223563;
const ECCENTRICITY = FLATTENING * (2 - FLATTENING);

export class PlaceError extends Error {}

/** Fetch an index and open it; `onProgress` is told how many bytes are here. */
export async function download(address, onProgress = () => {}) {
  const answer = await fetch(address, { credentials: "omit" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const chunks = [];
  let size = 0;
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    onProgress(size);
  }
  return open(new Blob(chunks));
}

/** Open an index, compressed or not. */
export async function open(blob) {
  const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const plain = head[0] === 0x1f && head[1] === 0x8b ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  return new PrivateIndex(new Uint8Array(await new Response(plain).arrayBuffer()));
}

/** Round to whole steps as IEEE 754 does: halves go to the even neighbour. */
function steps(degrees) {
  const exact = degrees * SNAP, low = Math.floor(exact), rest = exact - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

class Varints {
  constructor(bytes, at) { this.bytes = bytes; this.at = at; }
  next() {
    let value = 0, scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }
  signed() { return unfolded(this.next()); }
}

function unfolded(value) { return value % 2 ? -(value + 1) / 2 : value / 2; }

export class PrivateIndex {
  constructor(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    this.said = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    let at = 4 + length;
    this.layers = this.said.layers.map((said) => {
      const layer = new Layer(said, bytes, at);
      at += said.bytes;
      return layer;
    });
    const read = new Varints(bytes, at);
    this.postcodes = readPostcodes(read, this.said.postcodes);
    this.places = new Towns(this.said.places, read);
  }

  /** The record that `geopolity lookup --json` prints for a point, without the shares of people affected. */
  lookup(lon, lat) {
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) throw new PlaceError("numbers");
    if (Math.abs(lat) > 90 && Math.abs(lon) <= 90 && Math.abs(lat) <= 180) throw new PlaceError("swapped");
    if (Math.abs(lat) > 90 || Math.abs(lon) > 180) throw new PlaceError("range");
    const record = { date: this.said.date, point: { lon: steps(lon) / SNAP, lat: steps(lat) / SNAP }, units: [], polities: [], proposals: [], near: [] };
    for (const layer of this.layers) {
      const unit = layer.unitAt(lon, lat);
      if (unit < 0) continue;
      record.units.push(layer.named(unit));
      record.polities.push(...layer.polities.filter((one) => one.holds(unit)).map((one) => one.record(unit, [lon, lat])));
      record.proposals.push(...layer.proposalsOf(unit));
      record.near.push(...layer.polities.filter((one) => one.outside.has(unit)).map((one) => one.nearRecord([unit])));
    }
    return this.complete(record);
  }

  /** The same for units as one place: the border is at no distance, and each polity says what is so in each unit. */
  lookupUnits(units) {
    const record = { date: this.said.date, units: units.map(([layer, unit]) => layer.named(unit)), polities: [], proposals: [], near: [] };
    for (const layer of new Set(units.map(([layer]) => layer))) {
      const own = units.filter(([one]) => one === layer).map(([, unit]) => unit);
      for (const polity of layer.polities) {
        const inside = own.filter((unit) => polity.holds(unit));
        if (inside.length) record.polities.push(polity.record(inside[0], null, [...new Set([inside[0], ...own])]));
        else if (own.some((unit) => polity.outside.has(unit))) record.near.push(polity.nearRecord(own));
      }
      for (const one of own.flatMap((unit) => layer.proposalsOf(unit))) {
        if (!record.proposals.some((other) => other.id === one.id && other.version === one.version)) record.proposals.push(one);
      }
    }
    return this.complete(record);
  }

  /** Put proposals in order, and add the laws that bind in the record's polities. */
  complete(record) {
    record.proposals.sort((one, other) => (one.id === other.id ? one.version - other.version : one.id < other.id ? -1 : 1));
    const names = new Set(record.polities.map((polity) => polity.id));
    record.laws = this.said.laws.filter((law) => names.has(law.polity));
    return record;
  }
}

export class Layer {
  constructor(said, bytes, at) {
    this.name = said.name;
    this.ids = said.ids;
    this.names = said.names;
    this.people = said.people;
    const read = new Varints(bytes, at);
    this.readArcs(read);
    this.readRings(read);
    this.proposals = said.proposals.map((one) => ({ said: one, units: new Set(one.units) }));
    this.polities = said.polities.map((one) => new Polity(this, one, read));
    this.makeGrid();
  }

  /** Open proposals that would take a unit in. */
  proposalsOf(unit) {
    return this.proposals.filter(({ units }) => units.has(unit)).map(({ said: { units, ...said } }) => said);
  }

  named(unit) { return { layer: this.name, unit_id: this.ids[unit], name: this.names[unit] }; }

  readArcs(read) {
    const arcs = read.next();
    const fine = new Uint8Array(arcs), first = new Int32Array(arcs + 1), begins = new Int32Array(2 * arcs);
    for (let arc = 0; arc < arcs; arc++) {
      const word = read.next();
      fine[arc] = word % 2;
      first[arc + 1] = first[arc] + (word - fine[arc]) / 2;
    }
    for (let arc = 0, x = 0, y = 0; arc < arcs; arc++) {
      begins[2 * arc] = x += read.signed();
      begins[2 * arc + 1] = y += read.signed();
    }
    let low = read.at;
    read.at += 2 * (first[arcs] - arcs);
    const xy = new Int32Array(2 * first[arcs]), box = new Int32Array(4 * arcs), bytes = read.bytes;
    for (let arc = 0; arc < arcs; arc++) {
      const grain = fine[arc] ? 1 : COARSE;
      let x = begins[2 * arc], y = begins[2 * arc + 1];
      let west = x, south = y, east = x, north = y;
      for (let k = first[arc]; k < first[arc + 1]; k++) {
        if (k > first[arc]) {
          x += grain * unfolded(read.next() * 256 + bytes[low++]);
          y += grain * unfolded(read.next() * 256 + bytes[low++]);
          if (x < west) west = x; else if (x > east) east = x;
          if (y < south) south = y; else if (y > north) north = y;
        }
        xy[2 * k] = x;
        xy[2 * k + 1] = y;
      }
      box.set([west, south, east, north], 4 * arc);
    }
    Object.assign(this, { first, xy, arcBox: box, arcs });
  }

  readRings(read) {
    const rings = read.next(), walks = [];
    const ofUnit = this.ids.map(() => []);
    for (let ring = 0, unit = 0; ring < rings; ring++) {
      unit += read.next();
      const walk = new Int32Array(read.next());
      for (let k = 0; k < walk.length; k++) walk[k] = read.next();
      walks.push(walk);
      ofUnit[unit].push(walk);
    }
    this.rings = ofUnit;
    this.unitArcs = ofUnit.map((list) => Int32Array.from(list.flatMap((walk) => Array.from(walk, (step) => step >> 1))));
    this.box = new Int32Array(4 * this.ids.length);
    this.unitArcs.forEach((list, unit) => {
      let west = HALF_TURN, south = HALF_TURN, east = -HALF_TURN, north = -HALF_TURN;
      for (const arc of list) {
        west = Math.min(west, this.arcBox[4 * arc]);
        south = Math.min(south, this.arcBox[4 * arc + 1]);
        east = Math.max(east, this.arcBox[4 * arc + 2]);
        north = Math.max(north, this.arcBox[4 * arc + 3]);
      }
      this.box.set([west, south, east, north], 4 * unit);
    });
  }

  /** Which units' boxes reach into each cell of a coarse grid, in order. */
  makeGrid() {
    let west = HALF_TURN, south = HALF_TURN, east = -HALF_TURN, north = -HALF_TURN;
    for (let unit = 0; unit < this.ids.length; unit++) {
      if (!this.unitArcs[unit].length) continue;
      west = Math.min(west, this.box[4 * unit]);
      south = Math.min(south, this.box[4 * unit + 1]);
      east = Math.max(east, this.box[4 * unit + 2]);
      north = Math.max(north, this.box[4 * unit + 3]);
    }
    Object.assign(this, { west, south, east, north });
    this.wide = Math.ceil((east - west + 1) / CELLS);
    this.high = Math.ceil((north - south + 1) / CELLS);
    this.grid = Array.from({ length: CELLS * CELLS }, () => []);
    for (let unit = 0; unit < this.ids.length; unit++) {
      if (!this.unitArcs[unit].length) continue;
      const [left, bottom] = this.cell(this.box[4 * unit], this.box[4 * unit + 1]);
      const [right, top] = this.cell(this.box[4 * unit + 2], this.box[4 * unit + 3]);
      for (let row = bottom; row <= top; row++) for (let column = left; column <= right; column++) this.grid[row * CELLS + column].push(unit);
    }
  }

  cell(x, y) { return [Math.floor((x - this.west) / this.wide), Math.floor((y - this.south) / this.high)]; }

  /** Position of the lowest unit that covers a point in degrees, or -1. */
  unitAt(lon, lat) {
    const x = steps(lon), y = steps(lat), here = this.unitAtSteps(x, y);
    if (Math.abs(x) !== HALF_TURN) return here;
    const there = this.unitAtSteps(-x, y); // the same meridian, drawn on the other side
    return here < 0 ? there : there < 0 ? here : Math.min(here, there);
  }

  unitAtSteps(x, y) {
    if (x < this.west || x > this.east || y < this.south || y > this.north) return -1;
    const [column, row] = this.cell(x, y), box = this.box;
    for (const unit of this.grid[row * CELLS + column]) {
      const at = 4 * unit;
      if (x >= box[at] && y >= box[at + 1] && x <= box[at + 2] && y <= box[at + 3] && this.covers(unit, x, y)) return unit;
    }
    return -1;
  }

  /** Whether a unit covers a point, its border included: crossings of the ray to the east, exact in integers. */
  covers(unit, x, y) {
    const { xy, first, arcBox: box } = this;
    let odd = false;
    for (const arc of this.unitArcs[unit]) {
      const at = 4 * arc, low = first[arc], high = first[arc + 1] - 1;
      if (y < box[at + 1] || y > box[at + 3] || x > box[at + 2]) continue;
      if (x < box[at]) { // all of it lies to the east: its ends tell the parity
        if ((xy[2 * low + 1] <= y) !== (xy[2 * high + 1] <= y)) odd = !odd;
        continue;
      }
      for (let k = low; k < high; k++) {
        const y1 = xy[2 * k + 1], y2 = xy[2 * k + 3];
        if ((y1 <= y) !== (y2 <= y)) {
          const turn = side(xy[2 * k], y1, xy[2 * k + 2], y2, x, y);
          if (turn === 0) return true;
          if ((turn > 0) === (y2 > y1)) odd = !odd;
        } else if (y1 === y || y2 === y) {
          const x1 = xy[2 * k], x2 = xy[2 * k + 2];
          if ((y1 === y && x1 === x) || (y2 === y && x2 === x)) return true;
          if (y1 === y2 && Math.min(x1, x2) <= x && x <= Math.max(x1, x2)) return true;
        }
      }
    }
    return odd;
  }
}

/** Sign of how far an edge at the height of a point lies to the east of it, times the edge's rise. */
function side(x1, y1, x2, y2, x, y) {
  const left = (x2 - x1) * (y - y1), right = (x - x1) * (y2 - y1), apart = left - right;
  if (Math.abs(apart) > (Math.abs(left) + Math.abs(right)) * DOUBT) return Math.sign(apart);
  const exact = BigInt(x2 - x1) * BigInt(y - y1) - BigInt(x - x1) * BigInt(y2 - y1);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

export class Polity {
  constructor(layer, said, read) {
    this.layer = layer;
    this.said = said;
    this.reason = new Map();
    this.bite = new Map(); // people affected, and the share that they are of all
    for (let left = read.next(), unit = 0; left > 0; left--) {
      unit += read.next();
      this.reason.set(unit, read.next());
      this.bite.set(unit, [read.next(), read.next()]);
    }
    this.outside = new Set();
    for (let left = read.next(), unit = 0; left > 0; left--) {
      unit += read.next();
      this.outside.add(unit);
      this.bite.set(unit, [read.next(), read.next()]);
    }
  }

  /** What is so in one unit of a place. */
  part(unit) {
    const people = this.layer.people[unit], [affected, share] = this.bite.get(unit) ?? [0, people ? 1 : 0];
    return { unit_id: this.layer.ids[unit], name: this.layer.names[unit], inside: this.holds(unit), population: people, affected, affected_share: share ? (share - 1) / 10000 : null };
  }

  /** A place outside whose people are affected. */
  nearRecord(places) {
    const { id, title, question, version, why } = this.said, units = places.map((unit) => this.part(unit));
    return { id, issue: id, title, question, version, affected: units.reduce((sum, one) => sum + one.affected, 0), why, units };
  }

  holds(unit) { return this.reason.has(unit); }

  get isWhole() { return this.reason.size === this.layer.ids.length; }

  record(unit, place, places = [unit]) {
    const { id, title, question, version, valid_from, bridges } = this.said;
    const apart = place ? this.distance(...place) : Infinity;
    const metres = Number.isFinite(apart) ? Math.round(apart * 10) / 10 : null;
    const record = {
      id, issue: id, title, question, version, valid_from,
      reason: this.layer.names[unit] + this.said.reasons[this.reason.get(unit)],
      unit_id: this.layer.ids[unit],
      border_distance_m: metres,
      certainty: metres === null || metres > NEAR_M ? "certain" : "near the border",
      units: places.map((one) => this.part(one)),
    };
    const between = bridges[record.unit_id];
    return between ? { ...record, bridge_between: between } : record;
  }

  /** Arcs with a unit inside on one side only. */
  get border() {
    if (!this.kept) {
      const times = new Uint8Array(this.layer.arcs);
      for (const unit of this.reason.keys()) for (const arc of this.layer.unitArcs[unit]) times[arc] ^= 1;
      this.kept = Array.from(times.keys()).filter((arc) => times[arc]);
    }
    return this.kept;
  }

  /** Metres along the ground to the nearest stretch of the border; infinite where there is none. */
  distance(lon, lat) {
    this.space ??= this.inSpace();
    const [px, py, pz] = place(lon, lat), space = this.space;
    let best = Infinity;
    for (let at = 0; at < space.length; at += 6) {
      const x = space[at], y = space[at + 1], z = space[at + 2];
      const dx = space[at + 3] - x, dy = space[at + 4] - y, dz = space[at + 5] - z;
      const vx = px - x, vy = py - y, vz = pz - z, length = dx * dx + dy * dy + dz * dz;
      const share = length === 0 ? 0 : Math.min(Math.max((vx * dx + vy * dy + vz * dz) / length, 0), 1);
      const a = vx - share * dx, b = vy - share * dy, c = vz - share * dz, apart = a * a + b * b + c * c;
      if (apart < best) best = apart;
    }
    return 2 * RADIUS * Math.asin(Math.min(Math.sqrt(best) / (2 * RADIUS), 1)) || (best === Infinity ? Infinity : 0);
  }

  inSpace() {
    const { xy, first } = this.layer, found = [];
    for (const arc of this.border) for (let k = first[arc]; k < first[arc + 1] - 1; k++) {
      const x1 = xy[2 * k], y1 = xy[2 * k + 1], x2 = xy[2 * k + 2], y2 = xy[2 * k + 3];
      if (Math.abs(x1) === HALF_TURN && Math.abs(x2) === HALF_TURN) continue; // a cut, not a border
      if (Math.abs(y1) === HALF_TURN / 2 && Math.abs(y2) === HALF_TURN / 2) continue;
      const pieces = Math.max(Math.ceil(Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1)) / LONGEST_STEPS), 1);
      const along = (part) => place((x1 + (part / pieces) * (x2 - x1)) / SNAP, (y1 + (part / pieces) * (y2 - y1)) / SNAP);
      for (let part = 0; part < pieces; part++) found.push(...along(part), ...along(part + 1));
    }
    return Float64Array.from(found);
  }
}

/** A place on the WGS 84 ellipsoid, metres in space. */
function place(lon, lat) {
  const east = (lon * Math.PI) / 180, north = (lat * Math.PI) / 180;
  const bend = AXIS / Math.sqrt(1 - ECCENTRICITY * Math.sin(north) ** 2), across = bend * Math.cos(north);
  return [across * Math.cos(east), across * Math.sin(east), bend * (1 - ECCENTRICITY) * Math.sin(north)];
}

/** Postcodes with the positions of the units they lie in. */
function readPostcodes(read, count) {
  const found = new Map();
  for (let left = count, code = 0; left > 0; left--) {
    code += read.next();
    found.set(String(code).padStart(5, "0"), readPositions(read));
  }
  return found;
}

function readPositions(read) {
  const units = [];
  for (let more = read.next(), unit = 0; more > 0; more--) units.push((unit += read.next()));
  return units;
}

const CLEARLY = 10, MOST = 10, OTHER = 0.1;
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u093c]/gu;

/** Towns by name, as boundaries/gazetteer/search.py finds them, but for counties, regions, streets and slips. */
export class Towns {
  constructor(said, read) {
    const size = read.next();
    const names = new TextDecoder().decode(read.bytes.subarray(read.at, read.at + size)).split("\n");
    read.at += size;
    this.folded = new Map(Object.entries(said.folded));
    this.short = said.words;
    this.regions = said.regions.map(([code, country, name, letters]) => ({ code, country, name, letters }));
    let region = 0;
    this.towns = names.slice(0, said.towns).map((name) => ({ name, region: this.regions[(region += read.next())], units: [] }));
    for (const axis of ["lon", "lat"]) for (const town of this.towns) town[axis] = read.signed() / 1000;
    for (const town of this.towns) town.people = read.next();
    this.named = new Map();
    for (const town of this.towns) town.key = this.keep(town.name, town, 1);
    names.slice(said.towns).reduce((owner, name) => {
      const next = owner + read.next();
      this.keep(name, this.towns[next], OTHER);
      return next;
    }, 0);
    for (let left = read.next(), town = 0; left > 0; left--) {
      town += read.next();
      this.towns[town].units = readPositions(read);
    }
    this.areas = this.areasByName();
  }

  keep(name, town, share) {
    const key = this.letters(name), kept = this.named.get(key);
    if (kept) kept.push([town, share]); else this.named.set(key, [[town, share]]);
    return key;
  }

  fold(text) { return Array.from(text, (letter) => this.folded.get(letter) ?? letter).join(""); }

  /** What spellings of a name have in common: boundaries/gazetteer/spelling.py. */
  letters(name) {
    const plain = this.fold(name.toLowerCase().replaceAll("ß", "ss")).normalize("NFKD").replace(ACCENTS, "");
    const words = this.fold(plain.replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")).split(" ").filter(Boolean).map((word) => this.short[word] ?? word);
    return (words.length > 1 && words[0] === "the" ? words.slice(1) : words).join("");
  }

  /** Regions and countries by every name that this browser and the index know of them. */
  areasByName() {
    const found = new Map();
    const add = (name, area) => {
      const key = name && this.letters(name);
      if (key) found.set(key, [...(found.get(key) ?? []), area]);
    };
    const languages = ["en", "es", "fr", "de", globalThis.document?.documentElement.lang].filter(Boolean);
    const naming = [...new Set(languages)].map((language) => new Intl.DisplayNames([language], { type: "region", fallback: "none" }));
    for (const country of new Map(this.regions.map((region) => [region.code, region])).values()) {
      const area = { code: country.code };
      const usual = { GB: ["UK"], US: ["USA", "U.S."] }[country.code] ?? [];
      for (const name of new Set([country.code, country.country, ...usual, ...naming.map((one) => one.of(country.code))])) add(name, area);
    }
    for (const region of this.regions) for (const name of new Set([region.name, region.letters])) add(name, { code: region.code, region });
    return found;
  }

  /** What a text may stand for: the towns, the heaviest first, and whether the first is meant; null for none. */
  find(text) {
    for (const [name, ...within] of this.readings(text)) {
      const weight = new Map();
      for (const [town, share] of this.named.get(this.letters(name)) ?? []) weight.set(town, Math.max(weight.get(town) ?? 0, share * town.people));
      const lies = (town) => within.every((said) => (this.areas.get(this.letters(said)) ?? []).some((area) => area.code === town.region.code && (!area.region || area.region.name === town.region.name)));
      const towns = [...weight.keys()].filter(lies).sort((one, other) => weight.get(other) - weight.get(one));
      if (towns.length) return { towns: towns.slice(0, MOST + 1), more: Math.max(towns.length - MOST, 0), isClear: towns.length === 1 || weight.get(towns[0]) >= CLEARLY * weight.get(towns[1]) };
    }
    return null;
  }

  *readings(text) {
    const parts = text.split(/[,،、，;]/u).filter((part) => this.letters(part));
    if (parts.length > 1) return yield parts;
    if (!parts.length) return;
    yield parts;
    const words = parts[0].trim().split(/\s+/);
    for (let count = 1; count < Math.min(words.length, 5); count++) {
      const tail = words.slice(-count).join(" ");
      if (this.areas.has(this.letters(tail))) yield [words.slice(0, -count).join(" "), tail];
    }
  }

  /** Towns whose own name begins so, the largest first. */
  beginning(text, most = 8) {
    const key = this.letters(text);
    this.ranked ??= [...this.towns].sort((one, other) => other.people - one.people);
    const found = [];
    for (const town of key ? this.ranked : []) {
      if (town.key.startsWith(key)) found.push(town);
      if (found.length === most) break;
    }
    return found;
  }

  title(town) {
    const { code, country, letters } = town.region;
    return `${town.name}, ${code === "US" && letters ? letters : country}`;
  }
}
