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
export function upward(share) {
  const style = new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 3 });
  if (share <= 0) return fixed(style.format(0));
  const step = 10 ** (Math.floor(Math.log10(100 * share)) - 1);
  return fixed(style.format((Math.ceil((100 * share) / step - 1e-9) * step) / 100));
}
export const clock = (time) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(time);
