// Numbers as people read them.

import { language, numbers } from "./page.js";

const THIN = "\u202f";
const mark = (text) => text.replace(".", numbers.decimal);
const grouped = (text) => text.replace(/^(\d+)/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, THIN));
export const whole = (number) => grouped(String(Math.round(number)));
export function rounded(number) {
  const value = Number(number.toPrecision(3));
  for (const [size, word] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
    if (Math.abs(value) >= size) return mark(`${Number((value / size).toPrecision(3))}`) + THIN + numbers[word];
  }
  return grouped(mark(String(value)));
}
export const people = (count) => (count > 0 && count < 0.5 ? numbers.few : rounded(count < 100 ? Number(count.toPrecision(3)) : Math.round(count)));
export const percent = (share, digits = 1) => mark((share < 1 ? Math.min(100 * share, 100 - 10 ** -digits) : 100).toFixed(digits)) + THIN + "%";
export function upward(share) {
  if (share <= 0) return `0${THIN}%`;
  const step = 10 ** (Math.floor(Math.log10(100 * share)) - 1);
  return mark(String(Number((Math.ceil((100 * share) / step - 1e-9) * step).toPrecision(3)))) + THIN + "%";
}
export const clock = (time) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(time);
