// What is not proven is searched further by itself, in the background, with the first answer on screen.

import { rounded, slack, whole } from "./numbers.js";
import { ask, language as spoken, numbers, one, say, studio, texts } from "./page.js";

const REST = 2_000, LOOK = 700;   // a stroke may follow at once
let waiting = 0, search = null;

export function halt() {
  clearTimeout(waiting);
  if (search) stop(search);
  search = null;
  one("search").hidden = true;
}
export function goOn(result, adopt) {
  halt();
  if (result.figures.is_proven || result.draft.footprint.kind === "everyone") return;
  waiting = setTimeout(() => { begin(result, adopt); }, REST);
}
const stop = ({ order }) => { if (order) ask(`/studio/orders/${order.id}/stop`, {}).catch(() => {}); };

async function begin(result, adopt) {
  const mine = search = { order: null, isStopped: false };
  tellOf(texts.search_begun);
  one("search-stop").hidden = false;
  try {
    mine.order = await ask("/studio/searches", result.draft);
    if (mine !== search) { stop(mine); return; }
    while (["queued", "running"].includes(mine.order.status)) {
      await new Promise((done) => { setTimeout(done, LOOK); });
      if (mine !== search) return;
      mine.order = await ask(`/studio/orders/${mine.order.id}/state`);
      far(mine.order);
    }
    if (mine !== search) return;
    if (mine.order.problem) throw Object.assign(new Error(mine.order.problem.detail), { language: mine.order.problem.language });
    const better = mine.order.figures ? await ask(`/studio/searches/${mine.order.id}`) : null;
    if (mine !== search || studio.result !== result) return;
    end(mine, result, better, adopt);
  } catch (error) {
    if (mine !== search) return;
    tellOf(error.message, error.language);
    one("search-stop").hidden = true;
  }
}
function far({ place, progress }) {
  const said = place ? say(place === 1 ? "order_place.one" : "order_place.other", { number: whole(place) })
    : progress?.gap > 0 ? say("search_far", { slack: slack(progress.gap) }) : "";
  if (one("search-far").textContent !== said) one("search-far").textContent = said;
}
// Only what is nearer to the smallest takes the place of the first answer.
function end(mine, result, better, adopt) {
  search = null;
  one("search-stop").hidden = true;
  one("search-far").textContent = "";
  const isNearer = better && better.figures.gap < result.figures.gap, { closeness } = isNearer ? better : result;
  if (isNearer) adopt(better);
  const less = isNearer ? lessOf(result, better) : "";
  tellOf(say(less ? "search_found" : mine.isStopped ? "search_stopped" : isNearer ? "search_ended" : "search_none", { less, closeness }));
}
function lessOf({ figures, draft }, better) {
  const [name, unit] = { area: ["area_km2", numbers.km2], population: ["population", texts.legend_people], units: ["units", texts.legend_units] }[draft.smallest] ?? ["area_km2", numbers.km2];
  const less = figures[name] - better.figures[name];
  return less > 0 ? `${rounded(less)} ${unit}` : "";
}
function tellOf(sentence, language = spoken) {
  one("search").hidden = false;
  one("search-far").textContent = "";
  one("search-said").lang = language;
  one("search-said").textContent = sentence;
}
one("search-stop").addEventListener("click", () => {
  if (!search) return;
  search.isStopped = true;
  stop(search);
});
