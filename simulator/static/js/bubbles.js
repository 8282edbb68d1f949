// One chat entry → one list item, in the look of WeChat.

import { accountAvatar, avatar, clockText, el, icon } from "./dom.js";
import { richText } from "./richtext.js";

const TIME_GAP_S = 300;

/** Pictures from other machines are not loaded; a grey field stands for them. */
function picture(url, alt, className) {
  const blank = () => el("span", { class: `${className} picture-blank`, role: "img", "aria-label": alt }, icon("photo"));
  if (!url || !isLocal(url)) return blank();
  const node = el("img", { class: className, src: url, alt, loading: "lazy", decoding: "async" });
  node.addEventListener("error", () => node.replaceWith(blank()), { once: true });
  return node;
}

export function isLocal(url) {
  try {
    const parsed = new URL(url, location.href);
    return parsed.host === location.host || ["127.0.0.1", "localhost"].includes(parsed.hostname);
  } catch {
    return false;
  }
}

const kinds = {
  text: (entry, actions) => el("div", { class: "bubble bubble-text" }, ...richText(entry.content, actions)),
  image: (entry, actions) =>
    el("button", { class: "bubble-picture", type: "button", "aria-label": "查看图片", onclick: () => actions.zoom(entry.url) },
      picture(entry.url, "图片", "picture")),
  voice: voiceBubble,
  video: (entry) => el("div", { class: "bubble-video" },
    el("video", { src: entry.url, controls: true, preload: "metadata", "aria-label": entry.title || "视频" }),
    entry.title ? el("p", {}, entry.title) : null),
  music: (entry, actions) => card(entry.title || "音乐", entry.description, entry.url, actions, "音乐"),
  link: (entry, actions) => card(entry.title, entry.description, entry.url, actions, "链接"),
  location: (entry) => el("div", { class: "bubble-place" },
    el("p", { class: "place-label" }, entry.label || "我的位置"),
    el("p", { class: "place-degrees" }, `${entry.lat.toFixed(4)}, ${entry.lng.toFixed(4)}`),
    el("div", { class: "place-map", "aria-hidden": "true" }, icon("place"))),
  msgmenu: menuBubble,
};

function voiceBubble(entry) {
  const seconds = entry.seconds ?? 1;
  const button = el("button", { class: "bubble bubble-voice", type: "button", "aria-label": `播放语音，${seconds} 秒` },
    icon("wave"), el("span", {}, `${seconds}″`));
  button.style.setProperty("--seconds", Math.min(seconds, 60));
  if (entry.url) button.addEventListener("click", () => new Audio(entry.url).play().catch(() => {}));
  const words = entry.recognition ? el("p", { class: "voice-words" }, entry.recognition) : null;
  return el("div", { class: "voice" }, button, words);
}

function menuBubble(entry, actions) {
  const items = entry.items.map((item) =>
    el("button", { class: "msgmenu-item", type: "button", "data-testid": "msgmenu-item", onclick: () => actions.say(item.id, item.content) },
      item.content));
  const words = (text) => (text ? el("p", {}, ...richText(text, actions)) : null);
  return el("div", { class: "bubble bubble-text bubble-menu" }, words(entry.head), ...items, words(entry.tail));
}

function card(title, description, url, actions, source) {
  return el("button", { class: "link-card", type: "button", onclick: () => actions.open(url) },
    el("span", { class: "link-title" }, title),
    el("span", { class: "link-row" }, el("span", { class: "link-words" }, description || url), icon("link", "link-icon")),
    el("span", { class: "link-source" }, source));
}

function newsCard(entry, actions) {
  const open = (article) => () => (article.url ? actions.open(article.url) : undefined);
  const [first, ...rest] = entry.articles;
  const single = rest.length === 0;
  const cover = el("button", { class: "news-cover", type: "button", onclick: open(first) },
    el("span", { class: "news-picture-place" }, picture(first.pic_url, "", "news-picture"),
      single ? null : el("span", { class: "news-title-over" }, first.title)),
    single ? el("span", { class: "news-title" }, first.title) : null,
    single && first.description ? el("span", { class: "news-words" }, first.description) : null);
  const rows = rest.map((article) =>
    el("button", { class: "news-row", type: "button", onclick: open(article) },
      el("span", { class: "news-row-title" }, article.title), picture(article.pic_url, "", "news-thumb")));
  return el("div", { class: "news", "data-testid": "news-card" }, cover, ...rows);
}

function templateCard(entry, actions) {
  const rows = entry.rows.map((row) => el("div", { class: "template-row" }, el("dd", {}, row.value)));
  return el("div", { class: "template", "data-testid": "template-card" },
    el("h3", {}, entry.title), el("dl", {}, ...rows),
    entry.url ? el("button", { class: "template-more", type: "button", onclick: () => actions.open(entry.url) }, "详情", el("span", {}, "›")) : null);
}

const wide = { news: newsCard, template: templateCard };

/** The list items of one entry: a time line when some minutes passed, then the entry itself. */
export function entryNodes(entry, previousAt, people, actions) {
  const nodes = [];
  if (!previousAt || entry.at - previousAt > TIME_GAP_S) {
    nodes.push(el("li", { class: "time-line" }, clockText(entry.at)));
  }
  nodes.push(entryNode(entry, people, actions));
  return nodes;
}

function entryNode(entry, people, actions) {
  const look = entry.exchange_id
    ? { "data-exchange": entry.exchange_id, onclick: (event) => event.target.closest("a, button, video") || actions.look(entry.exchange_id) }
    : {};
  if (entry.direction === "system") {
    return el("li", { class: "system-line", "data-testid": "system-line", ...look }, entry.text);
  }
  const testId = entry.direction === "in" ? "bubble-in" : "bubble-out";
  if (wide[entry.kind]) {
    return el("li", { class: "entry entry-wide", "data-testid": testId, ...look }, wide[entry.kind](entry, actions));
  }
  const make = kinds[entry.kind] ?? (() => el("div", { class: "bubble bubble-text" }, `[${entry.kind}]`));
  const mine = entry.direction === "in";
  const face = mine ? avatar(people.follower, "avatar-chat") : accountAvatar(people.account, "avatar-chat");
  const who = el("span", { class: "sr-only" }, mine ? `${people.follower}：` : `${people.account}：`);
  return el("li", { class: mine ? "entry entry-mine" : "entry", "data-testid": testId, ...look }, who, face, make(entry, actions));
}
