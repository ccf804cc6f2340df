// Numbers as people read them: the browser knows how each language writes them.

import { language, numbers } from "./page.js";

const locale = language === "en" ? "en-001" : language;
const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
const long = new Intl.NumberFormat(locale, { notation: "compact", compactDisplay: "long", maximumSignificantDigits: 3 });
const fixed = (written) => written.replaceAll(" ", "\u00a0");

export const whole = (number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(number);
export const rounded = (number) => fixed((Math.abs(Number(number.toPrecision(3))) >= 1e6 ? long : short).format(number));
export const people = (count) => (count > 0 && count < 0.5 ? numbers.few : rounded(count < 100 ? count : Math.round(count)));
export function percent(share, digits = 1) {
  const most = share < 1 ? 1 - 10 ** (-digits - 2) : 1; // short of the whole it is never rounded up to it
  const style = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return fixed(new Intl.NumberFormat(locale, style).format(Math.min(share, most)));
}
// A gap as people say it: how much smaller is possible at most, in tenths of a per cent, whole ones from ten on, upwards.
export function slack(gap) {
  const tenths = Math.ceil((1000 * gap) / (1 + gap) - 1e-6);
  return fixed(new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format((tenths < 100 ? tenths : 10 * Math.ceil(tenths / 10)) / 1000));
}
export const signed = (difference, shown) => `${difference < 0 ? "\u2212" : "+"}${shown(Math.abs(difference))}`;
export const clock = (time) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(time);
