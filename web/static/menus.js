/* The menu's editor: keeps one draft, shows it on the phone, and puts it into the form's field `tree`. */
(() => {
  const form = document.getElementById("menu-form");
  if (!form) return;
  const get = (id) => document.getElementById(id);
  const limits = JSON.parse(form.dataset.limits);
  const kinds = JSON.parse(form.dataset.kinds);
  const questions = JSON.parse(form.dataset.entries);
  const field = form.elements.tree;
  const panel = get("menu-panel");
  const phone = get("menu-phone");
  const undo = [];
  const kept = new WeakMap();
  let tree = JSON.parse(field.value);
  let picked = null;
  let before = null;
  let dirty = "unsaved" in form.dataset;

  const bytes = (text) => new TextEncoder().encode(text).length;
  const hasChildren = (item) => Boolean(item.children && item.children.length);
  const at = (place) => (place.length === 1 ? tree[place[0]] : tree[place[0]].children[place[1]]);
  const siblings = () => (picked.length === 1 ? tree : tree[picked[0]].children);
  const exists = (place) => place && tree[place[0]] && (place.length === 1 || (tree[place[0]].children || [])[place[1]]);

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function kindOf(item) {
    if (hasChildren(item)) return "column";
    if ("appid" in item) return "mini";
    return "url" in item ? "page" : item.type || "click";
  }

  function replyKindOf(item) {
    return ["entry", "news", "image", "text"].find((name) => item.reply && name in item.reply) || "none";
  }

  /* Changes */

  function remember() {
    undo.push(JSON.stringify(tree));
    if (undo.length > 50) undo.shift();
    get("menu-undo").disabled = false;
  }

  function changed() {
    field.value = JSON.stringify(tree);
    dirty = true;
    showState();
  }

  function showState() {
    get("menu-state").textContent = dirty ? "有改动没有保存" : get("menu-state").dataset.saved;
    get("checks-stale").hidden = !dirty;
    get("checks-now").hidden = dirty;
  }

  function restructure(change) {
    remember();
    change();
    changed();
    show();
  }

  function fresh() {
    return { name: "", reply: { text: "" } };
  }

  function addColumn() {
    restructure(() => { tree.push(fresh()); picked = [tree.length - 1]; });
    get("item-name").focus();
  }

  function addChild(number) {
    restructure(() => {
      const column = tree[number];
      if (!hasChildren(column)) {
        const first = { ...column };
        delete first.children;
        const hasContent = first.url || first.appid || Object.values(first.reply || {}).some((value) => value.length);
        tree[number] = { name: column.name, children: hasContent ? [first, fresh()] : [fresh()] };
      } else column.children.push(fresh());
      picked = [number, tree[number].children.length - 1];
    });
    get("item-name").focus();
  }

  function remove() {
    const item = at(picked);
    const called = item.name || "这个菜单";
    if (hasChildren(item) && !window.confirm(`删除「${called}」和它的 ${item.children.length} 个子菜单？`)) return;
    restructure(() => {
      siblings().splice(picked[picked.length - 1], 1);
      const column = tree[picked[0]];
      if (picked.length === 2 && !column.children.length) {
        tree[picked[0]] = { ...fresh(), name: column.name };
      }
      picked = picked.length === 2 ? [picked[0]] : null;
    });
    const next = phone.querySelector("[aria-current]") || phone.querySelector("button");
    if (next) next.focus();
  }

  function move(step) {
    const list = siblings();
    const from = picked[picked.length - 1];
    const to = from + step;
    if (to < 0 || to >= list.length) return;
    restructure(() => {
      [list[from], list[to]] = [list[to], list[from]];
      picked = [...picked.slice(0, -1), to];
    });
  }

  function setKind(item, kind) {
    const stock = { ...(kept.get(item) || {}), ...item };
    kept.set(item, stock);
    const wanted = { page: ["url"], mini: ["url", "appid", "pagepath"] }[kind] || ["key", "reply"];
    ["type", "key", "reply", "url", "appid", "pagepath"].forEach((name) => { delete item[name]; });
    wanted.forEach((name) => { if (stock[name] !== undefined) item[name] = stock[name]; });
    if (kind === "page" || kind === "mini") item.url = item.url || "";
    if (kind === "mini") item.appid = item.appid || "";
    if (kind === "click" && !item.reply) item.reply = { text: "" };
    if (!wanted.includes("url")) { item.key = item.key || ""; if (kind !== "click") item.type = kind; }
  }

  function setReplyKind(item, kind) {
    const stock = { text: "", entry: "", image: "", news: [{}], ...(kept.get(item) || {}).replies, ...item.reply };
    kept.set(item, { ...(kept.get(item) || {}), replies: stock });
    if (kind === "none") delete item.reply;
    else item.reply = { [kind]: stock[kind] };
  }

  /* The phone */

  function show() {
    const focused = phone.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    if (!exists(picked)) picked = null;
    showPhone();
    showPanel();
    if (focused) (phone.querySelector(`[data-at="${focused}"]`) || phone.querySelector("button")).focus();
  }

  function phoneButton(place, label, className) {
    const button = make("button", className, label);
    button.type = "button";
    button.dataset.at = place.join(".");
    if (picked && picked.join(".") === button.dataset.at) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => { picked = place; show(); });
    return button;
  }

  function plus(label, action, className) {
    const button = make("button", className, "＋");
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.addEventListener("click", action);
    return button;
  }

  function showPhone() {
    const body = make("div", "mp-phone");
    const bar = make("div", "mp-bar");
    body.setAttribute("role", "group");
    body.setAttribute("aria-label", "手机预览");
    body.append(make("div", "mp-title", phone.dataset.name), showChat(), bar);
    bar.append(make("span", "mp-keyboard"));
    bar.firstChild.setAttribute("aria-hidden", "true");
    tree.forEach((item, number) => bar.append(showColumn(item, number)));
    if (tree.length < limits.columns) bar.append(plus("添加一级菜单", addColumn, "mp-column mp-plus"));
    phone.replaceChildren(body);
  }

  function showColumn(item, number) {
    const column = make("div", "mp-column");
    const isOpen = picked !== null && picked[0] === number;
    const button = phoneButton([number], item.name || "（没有名称）", hasChildren(item) ? "mp-opens" : "");
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      const list = make("div", "mp-children");
      (item.children || []).forEach((child, nth) => list.append(phoneButton([number, nth], child.name || "（没有名称）", "")));
      if ((item.children || []).length < limits.children) {
        list.append(plus(`在「${item.name || "这个菜单"}」下添加子菜单`, () => addChild(number), "mp-plus"));
      }
      column.append(list);
    }
    column.append(button);
    return column;
  }

  function showChat() {
    const chat = make("div", "mp-chat");
    if (!picked || hasChildren(at(picked))) return chat;
    const item = at(picked);
    const kind = kindOf(item);
    if (kind === "page") chat.append(make("p", "mp-note", `打开网页 ${item.url || ""}`));
    else if (kind === "mini") chat.append(make("p", "mp-note", `打开小程序 ${item.appid || ""}`));
    else if (kind !== "click") chat.append(make("p", "mp-note", kinds[kind]));
    const reply = item.reply || {};
    if (reply.text) chat.append(make("p", "mp-bubble", reply.text));
    if (reply.entry) chat.append(make("p", "mp-bubble", `（回答：${questions[reply.entry] || reply.entry}）`));
    if (reply.image) chat.append(make("p", "mp-bubble", "（图片）"));
    if (reply.news && reply.news.length) {
      const card = make("div", "mp-news");
      card.append(make("b", "", reply.news[0].title || "（没有标题）"), make("span", "", reply.news[0].digest || ""));
      chat.append(card);
    }
    return chat;
  }

  /* The panel */

  function showPanel() {
    panel.hidden = picked === null;
    get("menu-start").hidden = picked !== null;
    if (picked === null) return;
    const item = at(picked);
    const isColumn = picked.length === 1;
    const kind = kindOf(item);
    showHead(item, isColumn);
    get("column-part").hidden = !isColumn;
    get("column-children").hidden = !hasChildren(item);
    get("column-children").textContent = hasChildren(item) ? `下面有 ${item.children.length} 个子菜单，点手机上的子菜单来编辑。` : "";
    get("column-hint").hidden = hasChildren(item);
    panel.querySelector("[data-act=add-child]").disabled = (item.children || []).length >= limits.children;
    get("leaf-part").hidden = kind === "column";
    if (kind !== "column") showLeaf(item, kind);
  }

  function showHead(item, isColumn) {
    get("panel-title").textContent = item.name || (isColumn ? "一级菜单" : "子菜单");
    const [back, on] = ["back", "on"].map((act) => panel.querySelector(`[data-act=${act}]`));
    back.textContent = isColumn ? "左移" : "上移";
    on.textContent = isColumn ? "右移" : "下移";
    back.removeAttribute("aria-label");
    on.removeAttribute("aria-label");
    back.disabled = picked[picked.length - 1] === 0;
    on.disabled = picked[picked.length - 1] === siblings().length - 1;
    fill("item-name", item.name);
    count("item-name", isColumn ? limits.column_name : limits.child_name);
  }

  function fill(id, value) {
    const input = get(id);
    if (input.value !== (value || "")) input.value = value || "";
  }

  function count(id, limit) {
    const size = bytes(get(id).value);
    const hint = get(`${id}-bytes`);
    hint.textContent = `${size} / ${limit} 字节（一个汉字 3 字节，最多约 ${Math.floor(limit / 3)} 个汉字）`;
    hint.classList.toggle("text-danger", size > limit);
    get(id).setAttribute("aria-invalid", String(size > limit));
  }

  function pageChoice(item) {
    const select = get("item-page");
    if (select.dataset.choice && select.dataset.of === picked.join(".")) return select.dataset.choice;
    if (/^\{h5\}\/faq\/./.test(item.url)) return "entry";
    return item.url && [...select.options].some((option) => option.value === item.url) ? item.url : "other";
  }

  function showLeaf(item, kind) {
    get("item-kind").value = kind;
    panel.querySelectorAll("[data-for]").forEach((part) => { part.hidden = !part.dataset.for.split(" ").includes(kind); });
    const isPage = kind === "page" || kind === "mini";
    const choice = isPage ? pageChoice(item) : "";
    get("item-page-label").textContent = kind === "mini" ? "旧版微信打不开小程序时，打开哪个网页" : "打开哪个网页";
    if (isPage) get("item-page").value = choice;
    fill("item-url", item.url);
    get("url-part").hidden = choice !== "other";
    fill("item-appid", item.appid);
    fill("item-pagepath", item.pagepath);
    const reply = replyKindOf(item);
    get("reply-part").hidden = isPage || kind === "scancode_push";
    get("reply-none").hidden = get("reply-none").disabled = kind === "click";
    get("reply-kind").value = reply;
    panel.querySelectorAll("[data-reply]").forEach((part) => { part.hidden = part.dataset.reply !== reply; });
    fill("reply-text", (item.reply || {}).text);
    count("reply-text", limits.text);
    fill("reply-image", (item.reply || {}).image);
    showCards(item);
    get("entry-part").hidden = !(choice === "entry" || (!isPage && reply === "entry"));
    const chosen = isPage ? item.url : (item.reply || {}).entry;
    get("entry-now").textContent = questions[chosen] || chosen || "还没有选择";
  }

  function showCards(item) {
    const cards = (item.reply || {}).news || [];
    const place = get("cards");
    if (place.contains(document.activeElement) && place.children.length === cards.length) return;
    place.replaceChildren(...cards.map((card, nth) => {
      const copy = get("card-template").content.cloneNode(true).firstElementChild;
      copy.querySelector("legend").textContent = `第 ${nth + 1} 张卡片`;
      copy.querySelectorAll("[data-card]").forEach((input) => {
        input.value = card[input.dataset.card] || "";
        input.dataset.nth = nth;
      });
      copy.querySelector("button").dataset.nth = nth;
      copy.querySelector("button").setAttribute("aria-label", `删除第 ${nth + 1} 张卡片`);
      return copy;
    }));
    panel.querySelector("[data-act=add-card]").disabled = cards.length >= 8;
  }

  /* What people do */

  const texts = {
    "item-name": (item, value) => { item.name = value; },
    "item-url": (item, value) => { item.url = value.trim(); },
    "item-appid": (item, value) => { item.appid = value.trim(); },
    "item-pagepath": (item, value) => { item.pagepath = value.trim(); },
    "reply-text": (item, value) => { item.reply = { text: value }; },
    "reply-image": (item, value) => { item.reply = { image: value.trim() }; },
  };

  panel.addEventListener("focusin", () => { before = JSON.stringify(tree); });
  panel.addEventListener("input", (event) => {
    const write = texts[event.target.id];
    const card = event.target.dataset.card;
    if (!write && !card) return;
    if (before !== null) { undo.push(before); before = null; get("menu-undo").disabled = false; }
    const item = at(picked);
    if (card) item.reply.news[Number(event.target.dataset.nth)][card] = event.target.value;
    else write(item, event.target.value);
    changed();
    if (event.target.id === "item-name") showHead(item, picked.length === 1);
    if (event.target.id === "reply-text") count("reply-text", limits.text);
    showPhone();
  });

  panel.addEventListener("change", (event) => {
    const item = picked && at(picked);
    const value = event.target.value;
    if (event.target.id === "item-kind") restructure(() => setKind(item, value));
    if (event.target.id === "reply-kind") restructure(() => setReplyKind(item, value));
    if (event.target.id === "item-page") {
      event.target.dataset.choice = value === "other" || value === "entry" ? value : "";
      event.target.dataset.of = picked.join(".");
      restructure(() => { item.url = value === "other" || value === "entry" ? "" : value; });
    }
  });

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { act, entry, picture, nth } = button.dataset;
    const item = at(picked);
    if (act === "back") move(-1);
    if (act === "on") move(1);
    if (act === "delete") remove();
    if (act === "add-child") addChild(picked[0]);
    if (act === "add-card") restructure(() => { item.reply.news.push({}); });
    if (act === "delete-card") restructure(() => { item.reply.news.splice(Number(nth), 1); });
    if (picture !== undefined) restructure(() => { item.reply = { image: picture }; });
    if (entry !== undefined) {
      const isPage = "url" in item;
      questions[isPage ? button.dataset.page : entry] = button.dataset.question;
      restructure(() => { if (isPage) item.url = button.dataset.page; else item.reply = { entry }; });
    }
  });

  document.addEventListener("click", (event) => {
    const place = event.target.closest && event.target.closest("[data-pick]");
    if (!place) return;
    const wanted = place.dataset.pick.split(".").map(Number);
    if (!exists(wanted)) return;
    picked = wanted;
    show();
    get("panel-title").focus();
  });

  get("menu-undo").addEventListener("click", () => {
    if (!undo.length) return;
    tree = JSON.parse(undo.pop());
    get("menu-undo").disabled = !undo.length;
    changed();
    show();
  });

  form.addEventListener("submit", () => {
    dirty = false;
    field.value = JSON.stringify(tree);
    form.action = `${window.location.pathname}#${picked ? picked.join(".") : ""}`;
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  const wanted = window.location.hash.slice(1);
  if (/^\d+(\.\d+)?$/.test(wanted)) picked = wanted.split(".").map(Number);
  show();
})();
