/* Looking through works by keyboard or finger. Without script the same forms work, a page at a time. */
(() => {
  const grid = document.querySelector("[data-works]");
  if (!grid) return;
  const list = grid.querySelector(".photo-grid");
  const told = grid.querySelector("[data-told]");
  const refuse = grid.querySelector("[data-refuse]");
  const undoButton = grid.querySelector("[data-undo-button]");
  const large = document.querySelector("[data-large]");
  const steps = []; // decisions that can be taken back, the last one at the end
  let busy = false;
  let shown = { tile: null, at: 0 };

  const tiles = () => [...list.children];
  const link = (tile) => tile.querySelector(".photo-look");
  const box = (tile) => tile.querySelector("input[name=work]");
  const current = () => document.activeElement.closest(".photo-tile") || (large.open ? shown.tile : null);
  const picked = () => tiles().filter((tile) => box(tile).checked);
  const wanted = () => (picked().length && !large.open ? picked() : [current()].filter(Boolean));
  const focus = (tile) => tile && link(tile).focus();
  const say = (text) => { if (told) told.textContent = text; };
  const button = (verdict) => grid.querySelector(`[data-verdict][value=${verdict}]`);

  function pick(tile, on) {
    box(tile).checked = on;
    tile.classList.toggle("is-picked", on);
  }

  async function send(url, works, more) {
    const body = new FormData();
    body.append("csrf", grid.querySelector("[name=csrf]").value);
    works.forEach((one) => body.append("work", one));
    Object.entries(more).forEach(([name, value]) => body.append(name, value));
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
    const type = answer.headers.get("Content-Type") || "";
    if (!type.startsWith("application/json")) throw new Error(String(answer.status));
    return answer.json();
  }

  async function work(url, works, more, then) {
    if (busy) return;
    busy = true;
    works.forEach((tile) => tile.classList.add("is-busy"));
    try {
      const answer = await send(url, works.map((tile) => box(tile).value), more);
      say(answer.told + (answer.done.length ? "按 U 可以撤销。" : ""));
      then(answer.done);
    } catch (error) {
      say("没有送到，请检查网络后再试一次；登录过期的，请刷新页面。");
    } finally {
      works.forEach((tile) => tile.classList.remove("is-busy"));
      busy = false;
    }
  }

  function count(state, by) {
    const place = document.querySelector(`[data-count="${state}"]`);
    if (place) place.textContent = String(Math.max(0, Number(place.textContent) + by));
  }

  /* What was decided leaves the list; undone it comes back to its place. */
  function leave(done) {
    const step = [];
    const ids = new Set(done.map((one) => one.id));
    const rest = tiles().filter((tile) => !ids.has(tile.dataset.work));
    const from = current();
    const next = rest.find((tile) => from && from.compareDocumentPosition(tile) & Node.DOCUMENT_POSITION_FOLLOWING) || rest[rest.length - 1];
    for (const one of done) {
      const tile = tiles().find((other) => other.dataset.work === one.id);
      step.push({ tile, before: tile.nextElementSibling, state: one.state, was: box(tile).value });
      box(tile).value = `${one.id}.${one.version}`;
      pick(tile, false);
      if (grid.dataset.state !== "all") {
        tile.remove();
        count(grid.dataset.state, -1);
        count(one.state, 1);
      }
    }
    if (step.length) steps.push(step);
    settle(next);
  }

  function comeBack(done, step) {
    for (const { tile, before, state } of [...step].reverse()) {
      const one = done.find((other) => other.id === tile.dataset.work);
      if (!one) continue;
      box(tile).value = `${one.id}.${one.version}`;
      if (tile.isConnected) continue;
      list.insertBefore(tile, before && before.isConnected ? before : null);
      count(state, -1);
      count(grid.dataset.state, 1);
    }
    settle(step[0].tile.isConnected ? step[0].tile : tiles()[0]);
  }

  function settle(tile) {
    if (undoButton) undoButton.hidden = !steps.length;
    if (refuse) {
      refuse.open = false;
      refuse.querySelectorAll("input[type=radio]").forEach((one) => { one.checked = false; });
      refuse.querySelector("textarea").value = "";
    }
    document.querySelector("[data-none]").hidden = tiles().length > 0;
    if (large.open) {
      if (tile) show(tile, 0);
      else large.close();
    }
    if (tile && !large.open) focus(tile);
  }

  function decide(verdict) {
    const works = wanted();
    if (!button(verdict)) return;
    if (!works.length) return say("请先选中作品：点它左上角的方框，或用方向键移到它上面。");
    const why = refuse ? refuse.querySelector("textarea").value.trim() : "";
    const ready = refuse ? refuse.querySelector("input[type=radio]:checked") : null;
    const more = { verdict, why: verdict === "shown" ? "" : why || (ready ? ready.value : "") };
    if (verdict === "refused" && !more.why) return ask();
    work(grid.action, works, more, leave);
  }

  function ask() {
    if (!refuse) return;
    const works = wanted();
    if (!works.length) return say("请先选中作品：点它左上角的方框，或用方向键移到它上面。");
    works.forEach((tile) => pick(tile, true));
    if (large.open) large.close();
    refuse.open = true;
    refuse.querySelector("input[type=radio]").focus();
    say(`退回 ${works.length} 件：按 1 到 9 选原因，或者自己写。按 Esc 不退了。`);
  }

  function undo() {
    const step = steps.pop();
    if (!step) return say("没有可以撤销的了。");
    work(grid.dataset.undo, step.map((one) => one.tile), {}, (done) => {
      comeBack(done, step);
      say(done.length ? `已撤销：${step.length} 件。` : told.textContent);
    });
  }

  function move(key, selecting) {
    const all = tiles();
    const from = all.indexOf(current());
    const columns = all.filter((tile) => tile.offsetTop === all[0].offsetTop).length;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
    const to = from < 0 ? 0 : Math.min(all.length - 1, Math.max(0, from + by));
    if (selecting && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((tile) => pick(tile, true));
    focus(all[to]);
  }

  function show(tile, at) {
    const names = tile.dataset.pictures.split(" ").filter(Boolean);
    if (!names.length) { location.href = link(tile).href; return; }
    shown = { tile, at: (at + names.length) % names.length };
    large.querySelector("[data-large-picture]").src = `/media/${names[shown.at]}`;
    large.querySelector("[data-large-picture]").alt = `${tile.dataset.title}，第 ${shown.at + 1} 张`;
    large.querySelector("[data-large-title]").textContent = tile.dataset.title;
    large.querySelector("[data-large-place]").textContent = names.length > 1 ? `${shown.at + 1} / ${names.length}` : "";
    large.querySelector("[data-large-about]").textContent = tile.dataset.about;
    large.querySelector("[data-large-more]").href = link(tile).href;
    for (const name of ["before", "next"]) large.querySelector(`[data-large-${name}]`).hidden = names.length < 2;
    if (!large.open) large.showModal();
  }

  function keyInRefuse(event) {
    if (event.key === "Escape") { refuse.open = false; focus(picked()[0]); return true; }
    const ready = /^[1-9]$/.test(event.key) && refuse.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!ready) return false;
    ready.checked = true;
    decide("refused");
    return true;
  }

  function keyInLarge(event) {
    if (event.key === "ArrowLeft") show(shown.tile, shown.at - 1);
    else if (event.key === "ArrowRight") show(shown.tile, shown.at + 1);
    else if (event.key === " " && event.target.tagName !== "BUTTON") large.close();
    else return letter(event.key);
    return true;
  }

  function letter(key) {
    const act = { a: () => decide("shown"), r: ask, u: undo }[key.toLowerCase()];
    if (act) act();
    return Boolean(act);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
    if (typing && event.key !== "Escape") return;
    let done;
    if (refuse && refuse.open && event.key !== "ArrowUp" && event.key !== "ArrowDown") done = keyInRefuse(event);
    else if (refuse && refuse.open) done = false;
    else if (large.open) done = keyInLarge(event);
    else if (event.key.startsWith("Arrow") && (current() || event.target === document.body || event.target.id === "content")) { move(event.key, event.shiftKey); done = true; }
    else if (event.key === " " && event.target.matches(".photo-look")) { show(current(), 0); done = true; }
    else if (event.target.closest(".photo-tile") || event.target === document.body || event.target.id === "content" || event.target.closest("[data-bar]")) done = letter(event.key);
    if (done) event.preventDefault();
  });

  list.addEventListener("change", (event) => {
    if (event.target.name === "work") event.target.closest(".photo-tile").classList.toggle("is-picked", event.target.checked);
  });
  list.addEventListener("click", (event) => {
    const look = event.target.closest(".photo-look");
    if (!look || event.ctrlKey || event.metaKey || event.shiftKey || !look.closest(".photo-tile").dataset.pictures) return;
    event.preventDefault();
    look.focus();
    show(look.closest(".photo-tile"), 0);
  });
  grid.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && event.submitter.dataset.verdict !== undefined) decide(event.submitter.value);
  });
  if (undoButton) undoButton.addEventListener("click", undo);
  if (refuse) refuse.querySelector("summary").addEventListener("click", (event) => { if (!refuse.open) { event.preventDefault(); ask(); } });
  const on = (name, act) => { const one = large.querySelector(`[data-large-${name}]`); if (one) one.addEventListener("click", act); };
  on("before", () => show(shown.tile, shown.at - 1));
  on("next", () => show(shown.tile, shown.at + 1));
  on("pass", () => decide("shown"));
  on("refuse", ask);
  on("close", () => large.close());
  large.addEventListener("close", () => focus(shown.tile && shown.tile.isConnected ? shown.tile : tiles()[0]));
  if (tiles().length && document.activeElement === document.body) focus(tiles()[0]);
})();

/* A suggestion fills in its number. */
for (const one of document.querySelectorAll("[data-fill]")) {
  one.disabled = false;
  one.addEventListener("click", () => {
    const field = document.getElementById(one.dataset.fill);
    field.value = one.dataset.value;
    one.closest("form").querySelectorAll("[data-fill]").forEach((other) => other.setAttribute("aria-pressed", String(other === one)));
    field.focus();
  });
}
