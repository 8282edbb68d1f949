// Starts the page: wires the parts together and handles the sheets of small screens.

import { wireBrowser } from "./browser.js";
import { askProfile, showChat } from "./chat.js";
import { resetDock, wireDock } from "./dock.js";
import { wireDrawer } from "./drawer.js";
import { byId, timeNow, wireTabs } from "./dom.js";
import { wireFaults } from "./faults.js";
import { wirePeople } from "./people.js";
import { on, state } from "./state.js";

const sheets = ["panel", "drawer"];

/** Opens one sheet (small screens only; on large ones both panels are always there), or closes all. */
function showSheet(name) {
  for (const id of sheets) byId(id).classList.toggle("sheet-open", id === name);
  byId("scrim").hidden = !name;
  if (name) byId(name).querySelector("[role=tab][aria-selected=true]").focus({ preventScroll: true });
}

function wireSheets() {
  byId("nav-back").addEventListener("click", () => showSheet("panel"));
  byId("nav-more").addEventListener("click", () => askProfile());
  byId("scrim").addEventListener("click", () => showSheet(null));
  for (const button of document.querySelectorAll("[data-close-sheet]")) button.addEventListener("click", () => showSheet(null));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") showSheet(null); });
  on("sheet", showSheet);
}

function showTime() {
  byId("clock").textContent = timeNow();
}

wireSheets();
wireTabs(document.querySelector("#panel .tabs"));
wireDock();
wireBrowser();
wireDrawer();
on("follower", () => {
  document.title = state.account && state.follower ? `${state.follower.name} · ${state.account.name}` : "微信模拟器";
  askProfile(false);
  resetDock();
  showChat();
});
showTime();
setInterval(showTime, 10000);
await Promise.all([wirePeople(), wireFaults()]);
document.documentElement.dataset.ready = "true";
