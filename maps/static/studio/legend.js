// The legend of the map as it is: the outline, the footprint, what is locked and cut, classes from many to few, nobody.

import { LISTS, linesOf } from "./conditions.js";
import { people } from "./numbers.js";
import { marks, one, say, studio, svgElement, texts, words } from "./page.js";

export function showLegend(result) {
  const entries = [...(result ? drawn(result) : []), ...kept(), ...(result ? counted(result) : [])];
  showEntries(entries);
}
export function showEntries(entries) {
  one("legend").replaceChildren(...entries.map(([said, shapes]) => line(said, shapes)));
  one("legend").hidden = !studio.ground || !entries.length;
}
const drawn = ({ footprint }) => [[texts.legend_polity, marks.polity], ...(footprint ? [[texts.legend_footprint, marks.footprint]] : [])];
const kept = () => LISTS.filter((name) => marks[name] && linesOf(name).length).map((name) => [texts[`legend_${name}`], marks[name]]);
function counted({ classes: { breaks, lowest, colours: ramp }, draft }) {
  const classes = ramp.map((colour, place) => [
    say("range", { low: people(place ? breaks[place - 1] : lowest), high: people(breaks[place]) }),
    marks.class.map(([tag, attributes]) => [tag, { ...attributes, fill: colour }]),
  ]).reverse();
  return [[say("legend", { word: words[draft.layer][0] }), []], ...classes, [texts.legend_nobody, marks.nobody]];
}
function line(said, shapes) {
  const made = document.createElement("li");
  if (shapes.length) {
    const picture = svgElement("svg", { viewBox: "0 0 24 16", "aria-hidden": "true" });
    picture.append(...shapes.map(([tag, attributes]) => svgElement(tag, attributes)));
    made.append(picture);
  }
  made.append(said);
  return made;
}
