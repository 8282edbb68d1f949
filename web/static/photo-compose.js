// Writing a work: pictures go up one by one as they are chosen, texts are saved as one types. Without it the form does the same.
(() => {
  const form = document.getElementById("photo-form");
  if (!form) return;
  const AT_ONCE = 2;
  const MOST_BYTES = 30 * 1024 * 1024;
  const UNDO_MS = 8000;
  const FIELDS = ["title", "about", "group", "category", "author", "place", "equipment", "link"];
  const JSON_HEADERS = { "Content-Type": "application/json", Accept: "application/json" };
  const find = (name, from = form) => from.querySelector(`[data-${name}]`);
  const list = find("list"), status = find("status"), savedLine = find("saved"), problem = document.querySelector("[data-problem]");
  const most = Number(form.dataset.most);
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const say = (text) => { status.textContent = text; };
  const warn = (text) => { problem.textContent = text; problem.hidden = !text; if (text) problem.scrollIntoView({ block: "center" }); };
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, "0")).join("");
  const version = form.elements.version;
  const seen = (number) => { if (number > Number(version.value)) version.value = number; };
  form.querySelectorAll("[data-plain]").forEach((one) => { one.hidden = true; });

  // One request at a time for everything but the uploads, so that each knows the newest version.
  let turns = Promise.resolve();
  const inTurn = (work) => { turns = turns.then(work, work); return turns; };
  const post = async (url, body) => {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 15000)) {
      try {
        const answer = await fetch(url, { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(body) });
        if (answer.status < 500) return { status: answer.status, facts: await answer.json() };
      } catch { /* no net: say so, and try again */ }
      savedLine.textContent = "网络不太好，正在重新保存……";
      await wait(pause);
    }
  };

  // Texts.
  const texts = () => {
    const data = new FormData(form);
    return Object.fromEntries(FIELDS.map((name) => [name, String(data.get(name) || "").replace(/\r\n/g, "\n").trim()]));
  };
  const same = (a, b) => FIELDS.every((name) => (a[name] || "") === (b[name] || ""));
  let base = texts(), timer = 0, stopped = false;
  const save = () => inTurn(async () => {
    const now = texts();
    if (stopped || same(now, base)) return;
    savedLine.textContent = "正在保存……";
    for (;;) {
      const { status: code, facts } = await post(form.action, { ...now, version: Number(version.value) });
      if (code === 409 && facts.texts && same(facts.texts, base)) { seen(facts.version); continue; }
      if (code === 200) { base = now; seen(facts.version); savedLine.textContent = "写的已保存，还没有交稿。"; warn(""); return; }
      if (code === 409 && facts.texts) { stopped = true; seen(facts.version); }
      savedLine.textContent = "";
      warn(code === 409 && facts.texts ? "这件作品在别的窗口改过。您写的还在，点「先保存」就以这里写的为准；想看那边写的，请刷新页面。" : facts.message);
      return;
    }
  });
  const soon = () => { clearTimeout(timer); timer = setTimeout(save, 1200); };
  form.addEventListener("input", (event) => { if (FIELDS.includes(event.target.name)) soon(); });

  // What a group takes.
  const group = form.elements.group;
  const showParts = () => {
    const chosen = group && group.selectedOptions ? group.selectedOptions[0] : null;
    if (!chosen) return;
    group.parentElement.querySelector("small[data-tell]").textContent = chosen.dataset.tell;
    form.querySelectorAll("[data-for]").forEach((one) => { one.hidden = !one.dataset.for.split(" ").includes(chosen.dataset.form); });
  };
  if (group) { group.addEventListener("change", showParts); showParts(); }

  // The list of pictures.
  const items = () => [...list.children];
  const number = () => {
    const all = items();
    all.forEach((item, at) => {
      const [left, right] = item.querySelectorAll("[data-move]");
      left.disabled = at === 0; right.disabled = at === all.length - 1;
      left.setAttribute("aria-label", `第 ${at + 1} 张往前移`); right.setAttribute("aria-label", `第 ${at + 1} 张往后移`);
      const out = find("out", item);
      if (!item.classList.contains("is-out")) out.setAttribute("aria-label", `拿掉第 ${at + 1} 张`);
      const picture = item.querySelector("img");
      if (picture) picture.alt = `第 ${at + 1} 张`;
    });
    find("count").textContent = `${all.length}/${most}`;
    find("empty").hidden = all.length > 0;
  };
  const saveOrder = () => inTurn(async () => {
    const order = items().map((item) => item.dataset.id).filter(Boolean);
    if (order.length < 2) return;
    const { status: code, facts } = await post(form.dataset.order, { order });
    if (code === 200) seen(facts.version); else warn(facts.message);
  });
  const move = (item, by) => {
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(item); else other.after(item);
    number(); saveOrder();
    say(`移到了第 ${items().indexOf(item) + 1} 张。`);
    const button = find(`move="${by}"`, item);
    (button.disabled ? find(`move="${-by}"`, item) : button).focus();
  };

  // Taking out, with a while to think again.
  const goers = new Map();
  const go = async (item) => {
    clearTimeout(goers.get(item)); goers.delete(item);
    const id = item.dataset.id;
    item.remove(); number();
    if (!id) return;
    await inTurn(async () => {
      const { status: code, facts } = await post(form.dataset.takeOut, { picture: id });
      if (code === 200) seen(facts.version); else if (code !== 404) warn(facts.message);
    });
  };
  const takeOut = (item) => {
    const out = find("out", item);
    if (goers.has(item)) {
      clearTimeout(goers.get(item)); goers.delete(item);
      item.classList.remove("is-out"); out.textContent = "拿掉"; number();
      say("照片留下了。");
      return;
    }
    if (!item.dataset.id) { item.cancel?.(); go(item); pump(); return; }
    item.classList.add("is-out"); out.textContent = "撤销"; out.setAttribute("aria-label", "撤销，留下这一张");
    goers.set(item, setTimeout(() => go(item), UNDO_MS));
    say("这一张几秒后拿掉；点「撤销」就留下。");
  };
  const settleOut = () => Promise.all([...goers.keys()].map(go));
  addEventListener("pagehide", () => {
    for (const item of goers.keys()) {
      const body = JSON.stringify({ picture: item.dataset.id });
      fetch(form.dataset.takeOut, { method: "POST", headers: JSON_HEADERS, body, keepalive: true }).catch(() => {});
    }
  });

  // Uploads: each picture by itself, again with the same key while the net is away.
  const queue = [];
  let running = 0;
  const send = (item, url, field, file, key, bar) => new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    if (key) request.setRequestHeader("Idempotency-Key", key);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = Math.round((event.loaded / event.total) * 100); });
    request.addEventListener("load", () => { try { done({ status: request.status, facts: JSON.parse(request.responseText) }); } catch { done({ status: request.status, facts: {} }); } });
    request.addEventListener("error", () => done({ status: 0 }));
    request.addEventListener("abort", () => done({ status: -1 }));
    item.cancel = () => request.abort();
    const data = new FormData();
    data.append(field, file);
    request.send(data);
  });
  const refused = (item, why) => {
    item.classList.add("is-bad");
    find("why", item).textContent = why;
    item.querySelector("progress")?.remove();
  };
  const arrived = (item, facts) => {
    item.dataset.id = facts.id;
    const picture = new Image(96, 96);
    picture.src = facts.small;
    find("name", item)?.replaceWith(picture);
    item.querySelector("progress")?.remove();
    find("again", item)?.remove();
    find("why", item).textContent = "";
    seen(facts.version); number(); saveOrder();
  };
  const TRIES = 8;
  const upload = async (job) => {
    const { item, file, key } = job;
    const bar = item.querySelector("progress"), why = find("why", item), again = find("again", item);
    again.hidden = true;
    for (let tries = 0, pause = 1000; tries < TRIES && item.isConnected; tries += 1, pause = Math.min(pause * 2, 15000)) {
      const { status: code, facts } = await send(item, form.dataset.pictures, "picture", file, key, bar);
      if (code === -1) return;
      if (code === 200) { arrived(item, facts); return; }
      if (code >= 400 && code < 500) { refused(item, facts.message || "没有收下，请换一张。"); return; }
      why.textContent = facts?.message || "网络断了一下，正在重传……";
      await wait(pause);
    }
    if (!item.isConnected) return;
    why.textContent = "网络不通，这一张还没有传上。";
    again.hidden = false;
    again.onclick = () => { why.textContent = ""; queue.push(job); pump(); };
  };
  const busy = () => running > 0 || queue.length > 0;
  const pump = () => {
    while (running < AT_ONCE && queue.length) {
      const job = queue.shift();
      if (!job.item.isConnected) continue;
      running += 1;
      upload(job).finally(() => { running -= 1; pump(); if (!busy()) say("都传完了。"); });
    }
  };
  const template = document.getElementById("photo-one");
  const choose = (files) => {
    let left = most - items().filter((item) => !item.classList.contains("is-bad") || item.dataset.id).length;
    const over = [];
    for (const file of files) {
      if (left <= 0) { over.push(file.name); continue; }
      const item = template.content.firstElementChild.cloneNode(true);
      find("name", item).textContent = file.name;
      list.append(item);
      if (file.size > MOST_BYTES) { refused(item, `${file.name}：文件有 ${(file.size / 1048576).toFixed(1)} MB，最大 30 MB。请压缩后再传。`); continue; }
      if (file.size === 0) { refused(item, `${file.name}：文件是空的，请重新选择。`); continue; }
      left -= 1;
      queue.push({ item, file, key: newKey() });
    }
    number();
    say(over.length ? `每件最多 ${most} 张，这 ${over.length} 张没有传：${over.join("、")}` : "正在上传，一次传两张；别的可以接着写。");
    pump();
  };
  const files = find("files");
  files.addEventListener("change", () => { choose([...files.files]); files.value = ""; });

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button"), item = event.target.closest("li");
    if (!button || !item) return;
    if (button.dataset.move) { event.preventDefault(); move(item, Number(button.dataset.move)); }
    if (button.dataset.out !== undefined) { event.preventDefault(); takeOut(item); }
  });

  // By mouse or finger: held on its picture, let go on another.
  let held = null;
  const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-list] > li");
  list.addEventListener("pointerdown", (event) => {
    const picture = event.target.closest("img");
    if (!picture) return;
    const start = event.pointerType === "mouse" ? 0 : 350;
    const item = picture.closest("li");
    const hold = setTimeout(() => { held = item; item.classList.add("is-held"); if (start) say("按住拖到要放的地方。"); }, start);
    const stop = () => { clearTimeout(hold); removeEventListener("pointerup", stop); removeEventListener("pointercancel", stop); };
    addEventListener("pointerup", stop); addEventListener("pointercancel", stop);
  });
  list.addEventListener("dragstart", (event) => event.preventDefault());
  list.addEventListener("contextmenu", (event) => { if (held) event.preventDefault(); });
  list.addEventListener("touchmove", (event) => { if (held) event.preventDefault(); }, { passive: false });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    items().forEach((item) => item.classList.toggle("is-over", item === under(event) && item !== held));
  });
  const letGo = (event) => {
    if (!held) return;
    const target = event.type === "pointerup" ? under(event) : null, moved = held;
    held.classList.remove("is-held"); held = null;
    items().forEach((item) => item.classList.remove("is-over"));
    if (!target || target === moved) return;
    if (items().indexOf(target) < items().indexOf(moved)) target.before(moved); else target.after(moved);
    number(); saveOrder();
  };
  addEventListener("pointerup", letGo);
  addEventListener("pointercancel", letGo);

  // A film.
  const film = find("film");
  if (film) film.addEventListener("change", async () => {
    const file = film.files[0], bar = find("film-progress");
    if (!file) return;
    if (file.size > 50 * 1024 * 1024) { warn(`视频有 ${(file.size / 1048576).toFixed(1)} MB，最大 50 MB。请压缩，或放到视频网站再填链接。`); film.value = ""; return; }
    bar.hidden = false; warn("");
    running += 1;
    const { status: code, facts } = await send(film, film.dataset.film, "video", file, "", bar);
    running -= 1;
    bar.hidden = true;
    if (code === 200) { await save(); location.reload(); } else warn(facts?.message || "网络断了，视频没有传上，请再选一次。");
    film.value = "";
  });

  // Handing in waits for what is on its way.
  let leaving = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (leaving || !button || button.hasAttribute("formaction")) { leaving = true; return; }
    event.preventDefault();
    clearTimeout(timer);
    if (busy()) { warn("还有照片在上传，传完再点一次。"); return; }
    warn("");
    button.disabled = true;
    await settleOut();
    if (!stopped) await save();
    await turns;
    button.disabled = false;
    if (!stopped && !problem.hidden && problem.textContent && button.dataset.handIn === undefined) return;
    leaving = true;
    form.requestSubmit(button);
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && (busy() || !same(texts(), base))) event.preventDefault();
  });
  number();
})();
