// The conversation: polls for new entries, draws them, shows the profile page of an account that is not followed.

import { api } from "./api.js";
import { entryNodes, isLocal } from "./bubbles.js";
import { act } from "./deeds.js";
import { accountAvatar, byId, el, icon, toast } from "./dom.js";
import { openPage } from "./browser.js";
import { emit, on, state } from "./state.js";

const SLOW_MS = 1000;
const FAST_MS = 120;
const HIDDEN_MS = 5000;
const FAST_FOR_MS = 16000;

let seq = 0;
let lastAt = null;
let timer = null;
let fastUntil = 0;
let waitingFor = null;
let round = 0;
let menuVersion = null;
let polling = false; // one poll at a time: two would draw the same entries twice
let pollAgain = false;

const actions = {
  open: (url) => openPage(url),
  say: (id, content) => act("menu_tap", { id, content }),
  zoom: (url) => zoom(url),
  look: (id) => emit("look", id),
};

/** Starts anew for the current follower. */
export function showChat() {
  round += 1;
  seq = 0;
  lastAt = null;
  menuVersion = null;
  waitingFor = null;
  byId("messages").replaceChildren();
  byId("nav-who").textContent = state.follower?.name ?? "";
  drawTitle(false);
  drawSubscribed();
  schedule(0);
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(poll, delay);
}

function pace() {
  if (document.hidden) return HIDDEN_MS;
  return performance.now() < fastUntil ? FAST_MS : SLOW_MS;
}

async function poll() {
  if (polling) {
    pollAgain = true;
    return;
  }
  polling = true;
  pollAgain = false;
  try {
    await pollOnce(round);
  } finally {
    polling = false;
  }
  if (state.account && state.follower) schedule(pollAgain ? 0 : pace());
}

async function pollOnce(mine) {
  const { account, follower } = state;
  if (!account || !follower) return;
  try {
    const news = await api.messages(account.key, follower.openid, seq);
    if (mine !== round) return;
    byId("offline").hidden = true;
    take(news);
  } catch (problem) {
    if (mine !== round) return;
    if (problem.status === 404) emit("lost-follower");
    else byId("offline").hidden = false;
  }
}

function take(news) {
  if (news.messages.length) {
    const list = byId("messages");
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
    const first = seq === 0;
    for (const entry of news.messages) {
      const people = { follower: state.follower.name, account: state.account.name };
      list.append(...entryNodes(entry, lastAt, people, actions));
      lastAt = entry.at;
      if (entry.exchange_id && entry.exchange_id === waitingFor && entry.direction !== "in") fastUntil = 0;
    }
    seq = news.seq;
    if (atEnd || first || news.messages.some((entry) => entry.direction === "in")) scrollDown();
    emit("messages", news.messages);
  }
  if (state.follower.subscribed !== news.subscribed) {
    state.follower.subscribed = news.subscribed;
    emit("followers-changed");
  }
  drawSubscribed();
  drawTitle(news.typing);
  if (menuVersion !== news.menu_version) {
    menuVersion = news.menu_version;
    emit("menu-changed");
  }
}

function scrollDown() {
  const list = byId("messages");
  list.scrollTop = list.scrollHeight;
  // Pictures get their height later.
  for (const image of list.querySelectorAll("img:not([data-seen])")) {
    image.dataset.seen = "1";
    image.addEventListener("load", () => { list.scrollTop = list.scrollHeight; }, { once: true });
  }
}

function drawTitle(typing) {
  const name = state.account?.name ?? "微信";
  byId("nav-title").textContent = typing ? "对方正在输入…" : name;
}

let drawn = null;

function drawSubscribed() {
  const { account, follower } = state;
  const profile = byId("profile");
  const key = JSON.stringify([account?.key, account?.verified, follower?.openid, follower?.subscribed, profileAsked]);
  if (key === drawn) return;
  drawn = key;
  const showProfile = !account || !follower || !follower.subscribed || profileAsked;
  profile.hidden = !showProfile;
  byId("chat").hidden = showProfile;
  if (!showProfile) return scrollDown();
  profile.replaceChildren(...(account && follower ? profileNodes(account, follower) : [emptyProfile()]));
}

let profileAsked = false;

/** Shows or hides the account's profile page over the chat. */
export function askProfile(asked = !profileAsked) {
  profileAsked = asked;
  drawSubscribed();
}

function emptyProfile() {
  return el("div", { class: "profile-empty" },
    el("h3", {}, "还没有公众号"),
    el("p", {}, "应用启动后会把公众号写进账号文件，这里会自动出现，不用刷新。"));
}

function facts(account) {
  const kind = account.kind === "service" ? "服务号" : "订阅号";
  return [account.verified ? icon("verified", "verified") : null, `${account.verified ? "已认证" : "未认证"} · ${kind}`];
}

function profileNodes(account, follower) {
  const followed = follower.subscribed;
  const follow = el("button", { class: "follow-button", type: "button", "data-testid": "follow", onclick: () => doFollow("follow") }, "关注公众号");
  const enter = el("button", { class: "follow-button follow-button-quiet", type: "button", "data-testid": "enter-chat", onclick: () => askProfile(false) }, "发消息");
  return [
    el("div", { class: "profile-card" },
      accountAvatar(account.name, "avatar-big"),
      el("div", { class: "profile-words" },
        el("h3", {}, account.name),
        el("p", { class: "profile-facts" }, ...facts(account)))),
    el("p", { class: "profile-about" }, followed ? `${follower.name}，你已关注这个公众号。` : "关注后可以提问、点菜单、参加活动，也会收到推送的文章。"),
    followed ? enter : follow,
    el("div", { class: "profile-list" },
      row("切换粉丝与公众号", () => emit("sheet", "panel"), null, "small-only"),
      row("查看往来报文", () => emit("sheet", "drawer"), "open-drawer", "small-only"),
      followed ? row("不再关注", () => doFollow("unfollow"), "profile-unfollow", "danger") : null),
  ];
}

function row(text, onclick, testId = null, className = "") {
  return el("button", { type: "button", class: `profile-row ${className}`, onclick, "data-testid": testId }, text, el("span", { "aria-hidden": "true" }, "›"));
}

async function doFollow(deed) {
  profileAsked = false;
  await act(deed);
}

function zoom(url) {
  if (!url || !isLocal(url)) return toast("这张图片在外部网站，模拟器不去加载", { error: true });
  const dialog = el("dialog", { class: "zoom", "aria-label": "图片" });
  dialog.append(el("button", { type: "button", "aria-label": "关闭图片", onclick: () => dialog.close() }, el("img", { src: url, alt: "图片" })));
  dialog.addEventListener("close", () => dialog.remove());
  byId("screen").append(dialog);
  dialog.showModal();
}

on("acted", (exchange) => {
  waitingFor = exchange?.exchange_id ?? null;
  fastUntil = exchange ? performance.now() + FAST_FOR_MS : 0;
  schedule(0);
});
on("dock-resized", scrollDown);
on("exchange-done", (id) => {
  if (id === waitingFor) fastUntil = 0;
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) schedule(0); });
