// The foot of the chat: menu columns, the text field, hold-to-talk and the + panel.

import { api } from "./api.js";
import { openPage } from "./browser.js";
import { act } from "./deeds.js";
import { askLink, askLocation, askRecognition, pickFile, samplePicture } from "./dialogs.js";
import { byId, el, icon, toast } from "./dom.js";
import { Recorder } from "./recorder.js";
import { emit, on, state } from "./state.js";

let menu = [];
let typing = false; // the person chose the keyboard although there is a menu
let voiceMode = false;

export function wireDock() {
  const composer = byId("composer");
  byId("input-row").addEventListener("submit", (event) => { event.preventDefault(); sendText(); });
  composer.addEventListener("input", drawComposer);
  composer.addEventListener("keydown", (event) => {
    // Enter that ends an input-method composition must not send.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      sendText();
    }
  });
  composer.addEventListener("focus", () => showPlus(false));
  byId("show-keyboard").addEventListener("click", () => { typing = true; drawDock(); composer.focus(); });
  byId("show-menu").addEventListener("click", () => { typing = false; showPlus(false); drawDock(); });
  byId("plus").addEventListener("click", () => showPlus(byId("plus-panel").hidden));
  byId("voice-toggle").addEventListener("click", () => { voiceMode = !voiceMode; showPlus(false); drawDock(); });
  wireHold();
  drawPlus();
  document.addEventListener("click", (event) => { if (!event.target.closest(".menu-columns")) closeSubMenus(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSubMenus(); });
  document.addEventListener("keydown", startTyping);
  on("menu-changed", loadMenu);
}

/** Forgets what belongs to the previous follower. */
export function resetDock() {
  menu = [];
  typing = false;
  voiceMode = false;
  byId("composer").value = "";
  showPlus(false);
  drawMenu();
  drawDock();
  drawComposer();
}

/** On a desk, typing anywhere on the page goes into the chat. */
function startTyping(event) {
  const plainKey = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  const busy = event.target.closest("input, textarea, select, dialog, [role=tab]") || document.querySelector("dialog[open]");
  if (!plainKey || busy || byId("chat").hidden || !byId("page").hidden) return;
  typing = true;
  voiceMode = false;
  drawDock();
  byId("composer").focus();
}

async function loadMenu() {
  if (!state.follower) return;
  try {
    menu = (await api.menu(state.account.key, state.follower.openid)).button ?? [];
  } catch (problem) {
    toast(problem.message, { error: true });
  }
  drawMenu();
  drawDock();
}

function drawDock() {
  const showMenu = menu.length > 0 && !typing;
  byId("menu-row").hidden = !showMenu;
  byId("input-row").hidden = showMenu;
  byId("show-menu").hidden = menu.length === 0;
  byId("voice-toggle").setAttribute("aria-pressed", String(voiceMode));
  byId("voice-toggle").setAttribute("aria-label", voiceMode ? "切换到键盘" : "切换到语音");
  byId("voice-toggle").replaceChildren(icon(voiceMode ? "keyboard" : "voice"));
  byId("hold").hidden = !voiceMode;
  byId("composer").hidden = voiceMode;
  drawComposer();
}

function drawComposer() {
  const composer = byId("composer");
  composer.style.height = "auto";
  composer.style.height = `${Math.min(composer.scrollHeight, 110)}px`;
  const ready = composer.value.trim() !== "" && !voiceMode;
  byId("send").hidden = !ready;
  byId("plus").hidden = ready;
}

async function sendText() {
  const composer = byId("composer");
  const content = composer.value.trim();
  if (!content) return;
  composer.value = "";
  drawComposer();
  if (!(await act("send", { type: "text", content }))) {
    composer.value = content; // nothing typed is lost when it could not be sent
    drawComposer();
  }
}

// ---- menu

function closeSubMenus() {
  for (const column of document.querySelectorAll(".menu-column")) {
    column.querySelector(".sub-menu")?.setAttribute("hidden", "");
    column.querySelector(".menu-button").setAttribute("aria-expanded", "false");
  }
}

function drawMenu() {
  byId("menu-columns").replaceChildren(...menu.map((button, index) => menuColumn(button, index + 1)));
}

function menuColumn(button, number) {
  const subs = button.sub_button ?? [];
  const testId = `menu-${number}`;
  if (!subs.length) {
    return el("div", { class: "menu-column" },
      el("button", { class: "menu-button", type: "button", "data-testid": testId, onclick: () => choose(button) }, button.name));
  }
  const list = el("div", { class: "sub-menu", role: "menu", hidden: true },
    ...subs.map((sub, index) =>
      el("button", { type: "button", role: "menuitem", "data-testid": `${testId}-${index + 1}`, onclick: () => { closeSubMenus(); choose(sub); } }, sub.name)));
  const toggle = el("button", { class: "menu-button", type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "data-testid": testId },
    icon("bars", "menu-bars"), button.name);
  toggle.addEventListener("click", (event) => {
    event.stopPropagation();
    const wasOpen = !list.hidden;
    closeSubMenus();
    list.hidden = wasOpen;
    toggle.setAttribute("aria-expanded", String(!wasOpen));
  });
  return el("div", { class: "menu-column" }, toggle, list);
}

async function choose(button) {
  switch (button.type) {
    case "click":
      return act("click", { key: button.key });
    case "view":
    case "miniprogram":
      act("view", { url: button.url });
      return openPage(button.url, button.name);
    case "location_select":
      return sendLocation();
    case "pic_sysphoto":
    case "pic_photo_or_album":
    case "pic_weixin":
      return sendPicture();
    default:
      return toast(`模拟器还不能打开「${button.name}」这类菜单（${button.type}）`, { error: true });
  }
}

// ---- + panel

function showPlus(shown) {
  byId("plus-panel").hidden = !shown;
  byId("plus").setAttribute("aria-expanded", String(shown));
  emit("dock-resized");
}

function drawPlus() {
  const entries = [
    ["photo", "照片", sendPicture, "plus-photo"],
    ["sample", "示例图片", sendSample, "plus-sample"],
    ["place", "位置", sendLocation, "plus-location"],
    ["mic", "语音输入", sendTypedVoice, "plus-voice"],
    ["film", "视频", sendVideo, "plus-video"],
    ["link", "链接", sendLink, "plus-link"],
  ];
  byId("plus-panel").replaceChildren(...entries.map(([name, label, run, testId]) =>
    el("button", { type: "button", class: "plus-entry", "data-testid": testId, onclick: async () => { showPlus(false); await run(); } },
      el("span", { class: "plus-icon" }, icon(name)), label)));
}

async function sendPicture() {
  const dataUrl = await pickFile("image/jpeg,image/png,image/gif", "选择照片");
  if (dataUrl) await act("send", { type: "image", data_url: dataUrl });
}

async function sendSample() {
  await act("send", { type: "image", data_url: samplePicture(state.follower?.name ?? "") });
}

async function sendVideo() {
  const dataUrl = await pickFile("video/mp4,video/webm", "选择视频");
  if (dataUrl) await act("send", { type: "video", data_url: dataUrl });
}

async function sendLocation() {
  const place = await askLocation();
  if (place) await act("send", { type: "location", ...place });
}

async function sendLink() {
  const link = await askLink();
  if (link) await act("send", { type: "link", ...link });
}

async function sendTypedVoice() {
  const words = await askRecognition({ recorded: false });
  if (words) await act("send", { type: "voice", ...words });
}

// ---- hold to talk

function wireHold() {
  const hold = byId("hold");
  const recorder = new Recorder();
  const start = async (event) => {
    event.preventDefault();
    if (!Recorder.available()) return sendTypedVoice();
    try {
      await recorder.start();
      hold.classList.add("holding");
      hold.textContent = "松开 结束";
    } catch {
      toast("没有拿到麦克风，请改为打字代替说话", { error: true });
      sendTypedVoice();
    }
  };
  const stop = async () => {
    if (!recorder.running) return;
    hold.classList.remove("holding");
    hold.textContent = "按住 说话";
    const sound = await recorder.stop();
    const words = await askRecognition({ recorded: true });
    if (words) await act("send", { type: "voice", ...words, data_url: sound.dataUrl, seconds: sound.seconds, format: "amr" });
  };
  hold.addEventListener("pointerdown", start);
  hold.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sendTypedVoice(); } });
  window.addEventListener("pointerup", stop);
  window.addEventListener("pointercancel", stop);
}
