// What joined and left, beside a region kept in mind or a version in the store.

import { clock, whole } from "./numbers.js";
import { unitName } from "./panel.js";
import { ask, colours, one, say, studio, text, texts } from "./page.js";

let against = null, pinned = null;
async function loadVersions() {
  const versions = await ask("/studio/versions").catch(() => []);
  versions.forEach((it) => { one("compare").add(new Option(say("compare_version", it), `${it.id}/${it.version}`)); });
  return versions;
}
export const known = loadVersions();
one("compare").addEventListener("change", async ({ target }) => {
  if (target.value === "pin") {
    pinned = new Set(studio.result?.members);
    against = pinned;
    const option = new Option(say("compare_pinned", { time: clock(Date.now()) }), "pinned", true, true);
    [...target.options].filter((it) => it.value === "pinned").forEach((it) => { it.remove(); });
    target.add(option);
  } else if (target.value === "pinned") against = pinned;
  else against = target.value ? await versionMembers(target.value) : null;
  compare();
});
export async function versionMembers(name) {
  const ids = new Set(await ask(`/studio/versions/${name}`));
  return new Set((studio.ground?.units ?? []).filter(({ properties }) => ids.has(properties.u)).map(({ id }) => id));
}
// Units that joined and left, as outlines of their own: few, so that they cost nothing while nobody compares.
function showMoved(joined, left) {
  const { ground } = studio, outlined = (units, colour) => units.map((unit) => ({ type: "Feature", properties: { colour }, geometry: ground.units[unit].geometry }));
  ground?.map.getSource("moved").setData({ type: "FeatureCollection", features: [...outlined(joined, colours.joined), ...outlined(left, colours.left)] });
}
let isComparing = false;
export function compare() {
  const { result } = studio;
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
