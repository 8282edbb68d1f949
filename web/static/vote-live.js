// Live counts on a list or ranking that is open: asked for every ten seconds while somebody looks, until the vote is over.
// Without this the page shows what was counted when it was loaded.
const page = document.querySelector("[data-live]");
const EVERY_MS = 10000, APART_MS = 2000;
let timer = 0, over = false;

const votesOf = (line) => Number(line.querySelector("[data-votes]").dataset.now);

const say = (votes) => {
  for (const place of page.querySelectorAll("[data-votes]")) {
    const now = votes.get(Number(place.dataset.votes));
    if (now !== undefined) { place.dataset.now = now; place.textContent = `${now.toLocaleString("zh-CN")} ${page.dataset.unit ?? "票"}`; }
  }
};
const rank = (list) => {
  const lines = [...list.children];
  if (lines.some((line) => Number.isNaN(votesOf(line)))) return;
  const numberOf = (line) => Number(line.querySelector("[data-votes]").dataset.votes);
  const sorted = lines.slice().sort((one, other) => votesOf(other) - votesOf(one) || numberOf(one) - numberOf(other));
  const held = document.activeElement;
  if (sorted.some((line, place) => line !== lines[place])) list.append(...sorted);
  if (list.contains(held)) held.focus({ preventScroll: true });
  const most = Math.max(1, votesOf(sorted[0]));
  let before = null, place = 0;
  sorted.forEach((line, at) => {
    if (votesOf(line) !== before) place = at + 1;
    before = votesOf(line);
    line.querySelector("b").textContent = place;
    line.querySelector("rect").setAttribute("width", (100 * before / most).toFixed(1));
  });
};
const ask = async () => {
  const answer = await fetch(page.dataset.live, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { on, votes } = await answer.json();
  over = !on;
  if (over) return;
  say(new Map(votes));
  page.querySelectorAll("[data-ranks]").forEach(rank);
};
const wait = () => {
  clearTimeout(timer);
  // Not all at the same moment.
  if (!over && !document.hidden) timer = setTimeout(again, EVERY_MS + Math.random() * APART_MS);
};
const again = () => ask().catch(() => {}).then(wait);

if (page) {
  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else if (!over) again(); });
  wait();
}
