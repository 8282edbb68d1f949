// The browser inside the phone: pages of the app in a frame, opened as the follower who holds the phone.

import { isLocal } from "./bubbles.js";
import { byId, el, toast } from "./dom.js";
import { on, state } from "./state.js";

let depth = 0;
let goingBack = false;
let historyAtStart = 0;

/** `localhost` and `127.0.0.1` are two sites to a browser; cookies only travel inside one. */
function sameLoopbackName(url) {
  const parsed = new URL(url, location.href);
  const names = ["127.0.0.1", "localhost"];
  if (names.includes(parsed.hostname) && names.includes(location.hostname)) parsed.hostname = location.hostname;
  return parsed.origin === location.origin ? parsed.pathname + parsed.search + parsed.hash : parsed.href;
}

/** Opens `url` over the chat. Addresses outside this machine are not loaded, only offered. */
export function openPage(url, title = "") {
  let address;
  try {
    address = sameLoopbackName(url);
    if (!/^https?:$/.test(new URL(address, location.href).protocol)) throw new Error("scheme");
  } catch {
    toast("这个链接打不开，请检查网址", { error: true });
    return;
  }
  depth = 0;
  historyAtStart = history.length;
  byId("page").hidden = false;
  byId("page-title").textContent = title;
  byId("h5-outside").href = address;
  byId("h5-back").disabled = true;
  byId("page-body").replaceChildren(isLocal(address) ? frame(address) : outsideNotice(address));
  byId("h5-close").focus({ preventScroll: true });
}

function frame(address) {
  const query = new URLSearchParams({ account: state.account.key, follower: state.follower.openid, url: address });
  const node = el("iframe", { class: "h5-frame", "data-testid": "h5-frame", title: "网页", src: `/simulator/open?${query}`, allow: "camera; microphone; geolocation; fullscreen; autoplay" });
  node.addEventListener("load", () => loaded(node));
  return node;
}

function loaded(node) {
  depth += goingBack ? -1 : 1;
  goingBack = false;
  byId("h5-back").disabled = depth < 2;
  try {
    const page = node.contentDocument;
    byId("page-title").textContent = page.title || byId("page-title").textContent;
    byId("h5-outside").href = page.location.href;
    page.addEventListener("keydown", (event) => { if (event.key === "Escape") closePage(); });
  } catch {
    // A page of another port keeps its title to itself.
  }
}

function outsideNotice(address) {
  return el("div", { class: "outside" },
    el("h3", {}, "这是外部网页"),
    el("p", {}, "模拟器自己不访问外部网站。需要时请在新窗口打开："),
    el("p", { class: "outside-address" }, address),
    el("a", { class: "button", href: address, target: "_blank", rel: "noreferrer" }, "在新窗口打开"));
}

export function closePage() {
  byId("page").hidden = true;
  byId("page-body").replaceChildren();
}

function back() {
  if (depth > 1 && history.length > historyAtStart) {
    goingBack = true;
    history.back();
  } else {
    closePage();
  }
}

export function wireBrowser() {
  byId("h5-close").addEventListener("click", closePage);
  byId("h5-back").addEventListener("click", back);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !byId("page").hidden) closePage(); });
  on("follower", closePage);
}
