// Undo, redo, and a draft that outlives the session or travels in a link.

import { formState, setForm } from "./form.js";
import { clock } from "./numbers.js";
import { forget } from "./pins.js";
import { field, one, say, tell } from "./page.js";

const KEPT = "geopolity.studio.draft";
const past = [JSON.stringify(formState())], future = [];

export function keep() {
  const now = JSON.stringify(formState());
  if (now === past.at(-1)) return;
  past.push(now);
  future.length = 0;
  stored(now);
}
// What is the same, written another way, is no step of its own.
export function amend() {
  past[past.length - 1] = JSON.stringify(formState());
  stored(past.at(-1));
}
function stored(now) {
  try { localStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), state: JSON.parse(now) })); } catch { /* a full or closed store loses only the copy */ }
  one("undo").disabled = past.length < 2;
  one("redo").disabled = !future.length;
}
function step(from, to) {
  if (from === past ? past.length < 2 : !future.length) return;
  to.push(from.pop());
  const now = past.at(-1);
  setForm(JSON.parse(now));
  stored(now);
  tell("restored");
}
one("undo").addEventListener("click", () => { step(past, future); });
one("redo").addEventListener("click", () => { step(future, past); });
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("input, textarea")) return;
  event.preventDefault();
  if (event.shiftKey) step(future, past); else step(past, future);
});

one("fresh").addEventListener("click", () => { localStorage.removeItem(KEPT); forget(); location.assign("/studio"); });

export const packed = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value)))).replaceAll("+", "-").replaceAll("/", "_");
export const unpacked = (code) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0))));
export function restore() {
  if (location.hash.startsWith("#d=")) { setForm(unpacked(location.hash.slice(3))); return; }
  const saved = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  if (!saved || field("shapes").value || JSON.stringify(saved.state) === past[0]) return;
  setForm(saved.state);
  document.querySelector("[data-restored-said]").textContent = say("restored", { time: clock(saved.at) });
  one("restored").hidden = false;
}
