// From a draft to a proposal: what is still missing, and where the order stands.

import { known, versionMembers } from "./compare.js";
import { conditionsOf } from "./conditions.js";
import { decimal, draftOf, formState, slug } from "./form.js";
import { whole } from "./numbers.js";
import { ask, field, language, one, say, studio, text, texts } from "./page.js";

let isNamed = false;
one("name").addEventListener("input", () => { isNamed = true; checks(); });
one("read").addEventListener("change", checks);
export async function checks() {
  const { result } = studio;
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
    const state = formState(), asked = draftOf(state, await conditionsOf(state));
    const made = await proposed(await ask("/studio/publish", { asked: { ...asked, name: one("name").value }, days: Math.round(decimal(one("days").value, 30)) }));
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
