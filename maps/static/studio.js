// The analyst's studio, live: the form is the one truth; a drawing fills it, and it draws. After each change the smallest
// area is asked for and painted. Without WebGL the form is sent as it is, and the server answers with a picture.

import "./studio/curve.js";
import "./studio/files.js";
import "./studio/followups.js";
import "./studio/systems.js";
import { LISTS } from "./studio/conditions.js";
import { derive } from "./studio/derive.js";
import { PLAIN, showColumns, showUpload } from "./studio/form.js";
import { keep, restore } from "./studio/history.js";
import { showLocks } from "./studio/locks.js";
import { openMap, setMode, showDrawing } from "./studio/map.js";
import { complain, form, studio, when } from "./studio/page.js";
import { openPens } from "./studio/pens.js";
import { checks } from "./studio/proposal.js";

const WHILE_TYPED = 900;   // a name is not refused in the middle
let waiting = 0;

function changed() {
  clearTimeout(waiting);
  keep();
  showDrawing();
  showLocks();
  derive();
}
function later(pause = 250) {
  clearTimeout(waiting);
  waiting = setTimeout(changed, pause);
}

when("changed", changed);
when("typed", () => { later(); });
when("restored", () => { showDrawing(); showLocks(); derive(); });
when("opened", openPens);
form.addEventListener("submit", (event) => {
  if (!studio.ground) return;
  event.preventDefault();
  changed();
});
form.addEventListener("input", ({ target }) => { if (PLAIN.includes(target.name) && !["title", "question"].includes(target.name)) later(LISTS.includes(target.name) ? WHILE_TYPED : 250); });
form.addEventListener("change", ({ target }) => {
  if (target.name === "layer") { keep(); location.reload(); }
  if (["title", "question"].includes(target.name)) { keep(); checks(); }
  if (["weight_column", "kind"].includes(target.name)) showUpload();
  if (target.name === "kind") { setMode("look"); later(); }
});

try { restore(); } catch (error) { console.warn(error.message); }
showColumns();
showUpload();
keep();
openMap().catch((error) => { complain(error); }).finally(() => { if (studio.ground) derive(); });
