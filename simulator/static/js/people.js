// The left panel's first tab: which account, whose phone, follow and unfollow, scan.

import { api } from "./api.js";
import { act } from "./deeds.js";
import { askName } from "./dialogs.js";
import { avatar, byId, el, toast } from "./dom.js";
import { emit, on, state } from "./state.js";

const REFRESH_MS = 2000;
const STORE = "simulator-phone";

const seen = new Map(); // openid → sequence number that was on screen

export async function wirePeople() {
  byId("account").addEventListener("change", (event) => chooseAccount(event.target.value));
  byId("new-follower").addEventListener("click", addFollower);
  byId("scan-form").addEventListener("submit", scan);
  byId("scan-scene").addEventListener("focus", loadScenes);
  on("messages", (entries) => seen.set(state.follower.openid, entries.at(-1).seq));
  on("followers-changed", drawPeople);
  on("lost-follower", () => loadFollowers(null));
  await loadAccounts();
  setInterval(refresh, REFRESH_MS);
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function remember() {
  localStorage.setItem(STORE, JSON.stringify({ account: state.account?.key, follower: state.follower?.openid }));
}

async function refresh() {
  if (document.hidden) return;
  try {
    if (JSON.stringify(await api.accounts()) !== JSON.stringify(state.accounts)) return await loadAccounts();
    if (!state.account) return;
    const people = await api.followers(state.account.key);
    if (emptied(people)) startOver(people);
    else if (JSON.stringify(people) !== JSON.stringify(state.followers)) takeFollowers(people);
  } catch {
    // The chat's own polling tells that the simulator is away.
  }
}

async function loadAccounts() {
  try {
    state.accounts = await api.accounts();
  } catch (problem) {
    toast(problem.message, { error: true });
    return;
  }
  byId("account").replaceChildren(...state.accounts.map((account) => el("option", { value: account.key }, account.name)));
  const wanted = state.account?.key ?? remembered().account;
  const found = state.accounts.find((account) => account.key === wanted) ?? state.accounts[0];
  if (found) await chooseAccount(found.key);
  else emit("follower");
}

async function chooseAccount(key) {
  const before = state.account?.key;
  state.account = state.accounts.find((account) => account.key === key);
  byId("account").value = key;
  byId("account-facts").textContent = [
    state.account.kind === "service" ? "服务号" : "订阅号",
    state.account.verified ? "已认证" : "未认证",
    state.account.mode === "aes" ? "安全模式（加密）" : "明文模式",
  ].join(" · ");
  emit("account");
  await loadFollowers(before === key ? state.follower?.openid : null);
}

async function loadFollowers(wanted) {
  try {
    state.followers = await api.followers(state.account.key);
  } catch (problem) {
    toast(problem.message, { error: true });
    return;
  }
  const openid = wanted ?? remembered().follower;
  chooseFollower(state.followers.find((one) => one.openid === openid) ?? state.followers[0], { always: true });
}

/** Whether the simulator was emptied by somebody else, so that what is on screen is gone. */
function emptied(people) {
  const current = people.find((one) => one.openid === state.follower?.openid);
  return !current || (current.last_seq === 0 && (seen.get(current.openid) ?? 0) > 0);
}

function startOver(people) {
  seen.clear();
  state.followers = people;
  chooseFollower(people.find((one) => one.openid === state.follower?.openid) ?? people[0], { always: true });
}

function takeFollowers(people) {
  const index = people.findIndex((one) => one.openid === state.follower.openid);
  // The chat's polling owns `subscribed` of the current one; keep the same object.
  Object.assign(state.follower, { name: people[index].name, last_seq: people[index].last_seq });
  state.followers = people.with(index, state.follower);
  drawPeople();
}

function chooseFollower(follower, { always = false } = {}) {
  if (!follower || (!always && follower.openid === state.follower?.openid)) return;
  state.follower = follower;
  remember();
  drawPeople();
  emit("follower");
}

async function addFollower() {
  const name = await askName();
  if (!name) return;
  try {
    const made = await api.newFollower(state.account.key, name);
    await loadFollowers(made.openid);
    emit("sheet", null);
    toast(`${name}拿到了手机`);
  } catch (problem) {
    toast(problem.message, { error: true });
  }
}

function drawPeople() {
  byId("people").replaceChildren(...state.followers.map(personItem));
  drawActions();
}

function personItem(follower) {
  const current = follower.openid === state.follower?.openid;
  if (current) seen.set(follower.openid, Math.max(seen.get(follower.openid) ?? 0, follower.last_seq));
  const unread = follower.subscribed && follower.last_seq > (seen.get(follower.openid) ?? follower.last_seq);
  if (!seen.has(follower.openid)) seen.set(follower.openid, follower.last_seq);
  return el("li", {},
    el("button", { type: "button", class: "person", "aria-current": current ? "true" : null, "data-testid": `follower-${follower.openid}`, onclick: () => { chooseFollower(follower); emit("sheet", null); } },
      avatar(follower.name, "avatar-round"),
      el("span", { class: "person-words" },
        el("span", { class: "person-name" }, follower.name),
        el("span", { class: "person-state" }, follower.subscribed ? "已关注" : "未关注")),
      unread ? el("span", { class: "unread", "aria-label": "有新消息" }) : null));
}

function drawActions() {
  const follower = state.follower;
  if (!follower) return byId("person-actions").replaceChildren();
  const button = follower.subscribed
    ? el("button", { type: "button", class: "button button-quiet", "data-testid": "unfollow", onclick: () => act("unfollow") }, `让${follower.name}取消关注`)
    : el("button", { type: "button", class: "button", "data-testid": "panel-follow", onclick: () => act("follow") }, `让${follower.name}关注`);
  byId("person-actions").replaceChildren(button);
}

async function loadScenes() {
  try {
    const scenes = await api.scenes(state.account.key);
    byId("scenes").replaceChildren(...scenes.map((code) => el("option", { value: code.scene })));
  } catch {
    // Only suggestions; the field works without them.
  }
}

async function scan(event) {
  event.preventDefault();
  const scene = byId("scan-scene").value.trim();
  if (!scene) {
    toast("请先填场景值，再扫一扫", { error: true });
    return byId("scan-scene").focus();
  }
  if (await act("scan", { scene })) {
    byId("scan-scene").value = "";
    emit("sheet", null);
  }
}

