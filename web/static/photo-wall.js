// The wall: hearts fill from what is one's own and are sent without leaving the page; 「再看一页」 appends. Without this the hearts
// are forms, and the pages links.
const wall = document.querySelector("[data-wall]");
const say = document.querySelector("[data-say]");
const SHOWN_MS = 4000;
let known = true, snapshot = false, left = null, mine = new Set(), quiet = 0;

const tell = (text) => {
  clearTimeout(quiet);
  say.textContent = text;
  say.hidden = false;
  quiet = setTimeout(() => { say.hidden = true; }, SHOWN_MS);
};
const fill = () => {
  for (const form of document.querySelectorAll("[data-like]")) {
    const button = form.querySelector("button"), liked = mine.has(Number(form.dataset.like));
    button.setAttribute("aria-pressed", liked);
  }
  const told = wall.querySelector("[data-left]");
  if (told && left !== null) told.textContent = left > 0 ? `${wall.dataset.span}还有 ${left} 个赞` : `${wall.dataset.span}的 ${wall.dataset.votes} 个赞都点完了`;
};
const meet = async () => {
  const answer = await fetch(wall.dataset.mine, { headers: { Accept: "application/json" } });
  if (answer.status === 403) known = false;
  if (!answer.ok) return;
  const facts = await answer.json();
  ({ left, snapshot } = facts);
  mine = new Set(facts.voted);
  fill();
};
const like = async (form) => {
  const number = Number(form.dataset.like), button = form.querySelector("button"), count = form.querySelector("[data-count]");
  const answer = await window.ballots.send(`${wall.dataset.wall}-1-${number}`, form.action, [number], () => tell("正在核对，请等一两秒……"));
  if (answer.ok) {
    mine.add(number);
    left = answer.left;
    if (count.textContent) count.textContent = (Number(count.textContent.replaceAll(",", "")) + 1).toLocaleString("zh-CN");
    tell(left > 0 ? `点上了，${wall.dataset.span}还有 ${left} 个赞` : `点上了，${wall.dataset.span}的赞点完了`);
  } else if (answer.error === "signed_out") location.assign(wall.dataset.enter);
  else if (answer.join) location.assign(answer.join);
  else tell(answer.message);
  fill();
  button.disabled = false;
};
if (wall) {
  wall.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-like]");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    if (!known) { location.assign(wall.dataset.enter); return; }
    if (snapshot) { tell("您现在看到的是页面快照，请点右下角「使用完整服务」再点赞。"); return; }
    if (mine.has(Number(form.dataset.like))) { tell(`您${wall.dataset.span}已经给这一件点过赞了。`); return; }
    button.disabled = true;
    try { await like(form); } catch { button.disabled = false; tell("网络不稳，还没有收到结果。请再点一次：同一个赞不会重复计。"); }
  });
  meet().catch(() => {});
  addEventListener("pageshow", (event) => { if (event.persisted) meet().catch(() => {}); });
}

const pages = document.querySelector("[data-pages]");
const more = async (link) => {
  link.setAttribute("aria-disabled", "true");
  const answer = await fetch(link.href);
  if (!answer.ok) throw new Error("away");
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = next.querySelector(".wall-page"), leaf = next.querySelector("[data-leaf]");
  leaf.querySelector("[rel=prev]")?.remove();
  pages.append(list);
  document.querySelector("[data-leaf]").replaceWith(leaf);
  if (wall) fill();
  list.querySelector("a").focus({ preventScroll: true });
};
if (pages) document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-leaf] [rel=next]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-disabled") !== "true") more(link).catch(() => location.assign(link.href));
});

// A work's page: ← and → turn its pictures where it has several, else go to the works beside it.
const strip = document.querySelector("[data-strip]");
document.addEventListener("keydown", (event) => {
  if (!strip && !document.querySelector(".wall-work")) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, video")) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  if (strip && strip.classList.contains("is-many")) {
    event.preventDefault();
    strip.scrollBy({ left: step * strip.clientWidth });
  } else document.querySelector(step < 0 ? "[data-later]" : "[data-earlier]")?.click();
});
