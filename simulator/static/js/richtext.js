// Text as a WeChat bubble shows it: line breaks, <a href> links of the account, bare addresses. Nothing else is markup.

import { el } from "./dom.js";

const ANCHOR = /<a\s+([^<>]*)>([\s\S]*?)<\/a>/gi;
const HREF = /href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;
const BARE = /https?:\/\/[^\s<>"'，。；、！？）】》]+/g;
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": "\u00a0" };

const plain = (text) => text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity]);

/** What a link of the account does: opens a page, or says something like a tapped msgmenu item. */
function target(href) {
  const address = plain(href).trim();
  if (/^https?:\/\//i.test(address)) return { url: address };
  if (/^weixin:\/\/bizmsgmenu\?/i.test(address)) {
    const params = new URLSearchParams(address.slice(address.indexOf("?") + 1));
    return { say: params.get("msgmenucontent") ?? "", id: params.get("msgmenuid") ?? "" };
  }
  return null;
}

function link(words, goal, actions) {
  const go = (event) => {
    event.preventDefault();
    if (goal.url) actions.open(goal.url);
    else actions.say(goal.id, goal.say);
  };
  return el("a", { href: goal.url ?? "#", class: "text-link", rel: "noreferrer", onclick: go }, words);
}

function withBareLinks(text, actions) {
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(BARE)) {
    parts.push(text.slice(last, match.index), link(match[0], { url: match[0] }, actions));
    last = match.index + match[0].length;
  }
  return [...parts, text.slice(last)].filter((part) => part !== "");
}

/** Nodes for one text. `actions`: {open(url), say(id, content)}. */
export function richText(text, actions) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(ANCHOR)) {
    nodes.push(...withBareLinks(text.slice(last, match.index), actions));
    const href = HREF.exec(match[1]);
    const goal = href && target(href[1] ?? href[2] ?? href[3] ?? "");
    nodes.push(goal ? link(plain(match[2]), goal, actions) : plain(match[2]));
    last = match.index + match[0].length;
  }
  nodes.push(...withBareLinks(text.slice(last), actions));
  return nodes;
}
