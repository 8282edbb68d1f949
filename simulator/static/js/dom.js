// Small helpers to build the page. Text always goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element: el("button", {class: "x", onclick: fn, "data-testid": "y"}, "text", child, …). */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An icon of the sprite in icons.svg. */
export function icon(name, className = "") {
  const node = document.createElementNS(SVG, "svg");
  if (className) node.setAttribute("class", className);
  node.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  node.append(use);
  return node;
}

export const byId = (id) => document.getElementById(id);

/** A short message at the bottom; errors stay longer. */
export function toast(text, { error = false } = {}) {
  const node = el("p", { class: error ? "toast toast-error" : "toast", "data-testid": "toast" }, text);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), error ? 6000 : 2600);
}

const HUES = [212, 28, 152, 264, 340, 188, 44, 300, 8, 236, 120];

/** A coloured avatar with the last character of a name; the colour belongs to the name. */
export function avatar(name, className = "") {
  const sum = [...name].reduce((total, character) => (total * 31 + character.codePointAt(0)) >>> 0, 7);
  const node = el("span", { class: `avatar ${className}`, "aria-hidden": "true" }, [...name].at(-1) ?? "?");
  node.style.setProperty("--hue", HUES[sum % HUES.length]);
  return node;
}

/** The avatar of an official account: its first character on red. */
export function accountAvatar(name, className = "") {
  return el("span", { class: `avatar avatar-account ${className}`, "aria-hidden": "true" }, [...name][0] ?? "号");
}

/** Makes a tab list work with mouse and arrow keys; calls `chosen(tab id)`. */
export function wireTabs(list, chosen = () => {}) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const select = (tab) => {
    for (const other of tabs) {
      const on = other === tab;
      other.setAttribute("aria-selected", String(on));
      other.tabIndex = on ? 0 : -1;
      byId(other.getAttribute("aria-controls")).hidden = !on;
    }
    chosen(tab.id);
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      next.focus();
      select(next);
    });
  }
}

const CHINA_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

/** A moment as China's clocks show it; read it with the getUTC… methods. */
const inChina = (milliseconds) => new Date(milliseconds + CHINA_MS);

const hoursAndMinutes = (when) => `${when.getUTCHours()}:${String(when.getUTCMinutes()).padStart(2, "0")}`;

/** The time now, 「14:05」. */
export const timeNow = () => hoursAndMinutes(inChina(Date.now()));

/** 「昨天 14:05」 as WeChat writes times. `at` in seconds. */
export function clockText(at) {
  const when = inChina(at * 1000);
  const days = Math.floor(inChina(Date.now()).getTime() / DAY_MS) - Math.floor(when.getTime() / DAY_MS);
  const time = hoursAndMinutes(when);
  if (days <= 0) return time;
  if (days === 1) return `昨天 ${time}`;
  if (days < 7) return `星期${"日一二三四五六"[when.getUTCDay()]} ${time}`;
  return `${when.getUTCMonth() + 1}月${when.getUTCDate()}日 ${time}`;
}
