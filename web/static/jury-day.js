// A jury day on phones and on the big screen: both ask where the day is and follow it. A vote is kept with its key until it was
// answered, and sent again as long as it takes: it counts once.
const day = document.querySelector("[data-day]");
const SEND_AGAIN_MS = 2000;

if (day) {
  const find = (name) => day.querySelector(`[data-${name}]`);
  const [told, place, problem, result, marks] = ["told", "place", "problem", "result", "marks"].map(find);
  const shelf = `jury-day:${day.dataset.key || ""}`;
  let beat = 0, state = null, mine = null, pending = null, timer = 0;
  try { pending = JSON.parse(sessionStorage.getItem(shelf)); } catch { /* private mode: in memory only */ }

  const keep = (vote) => {
    pending = vote;
    try { if (vote) sessionStorage.setItem(shelf, JSON.stringify(vote)); else sessionStorage.removeItem(shelf); } catch { /* as above */ }
  };
  const complain = (text) => { if (problem) { problem.textContent = text; problem.hidden = !text; } };
  const words = () => {
    if (state.over) return "这场评审已经结束，谢谢各位。";
    if (!state.number) return "已经加入。请等主持人开始。";
    const which = `第 ${state.at} / ${state.of} 件`;
    if (!state.on) return `${which}：投票结束`;
    if (!marks) return `${which}：请在手机上投票`;
    if (pending && pending.number === state.number) return `${which}：正在送出……`;
    return mine === null ? `${which}：请投票` : `${which}：已投，公布以前可以改`;
  };
  const show = () => {
    told.textContent = words();
    for (const [name, value] of [["seated", state.seated], ["marked", state.marked]]) if (find(name)) find(name).textContent = value;
    if (find("door")) find("door").textContent = state.door && !state.over ? "微信扫码加入评审" : "现场已关门";
    if (marks) {
      marks.hidden = !state.on;
      const chosen = pending && pending.number === state.number ? pending.mark : mine;
      for (const button of marks.children) button.setAttribute("aria-pressed", String(Number(button.dataset.mark) === chosen));
    }
    result.hidden = !state.result;
    if (state.result) {
      const title = document.createElement("span"), score = document.createElement("strong"), list = document.createElement("ul");
      title.textContent = state.result.title;
      score.textContent = state.result.score;
      list.append(...state.result.lines.map(([name, count]) => {
        const line = document.createElement("li");
        for (const text of [name, count]) { const part = document.createElement("span"); part.textContent = text; line.append(part); }
        return line;
      }));
      result.replaceChildren(title, score, list);
    }
  };
  const follow = async (now) => {
    const [work, own] = await Promise.all([
      now.number ? fetch(`${day.dataset.work}?beat=${now.beat}`).then((answer) => answer.text()) : "",
      marks && now.number ? fetch(day.dataset.mine, { headers: { Accept: "application/json" } }).then((answer) => answer.json()) : null,
    ]);
    place.innerHTML = work;
    mine = own && own.number === now.number ? own.mark : null;
    complain("");
    beat = now.beat;
  };
  const ask = async () => {
    const answer = await fetch(day.dataset.day, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("away");
    const now = await answer.json();
    if (now.beat !== beat) await follow(now);
    state = now;
    if (pending && (pending.number !== state.number || !state.on)) keep(null);
    show();
  };
  const again = () => ask().catch(() => { told.textContent = "网络不稳，正在重新连接……"; }).then(() => {
    clearTimeout(timer);
    if (!state || !state.over) timer = setTimeout(again, Number(day.dataset.every) * (0.85 + Math.random() * 0.3));
  });

  const send = async () => {
    const vote = pending;
    if (!vote) return;
    try {
      const answer = await fetch(day.dataset.vote, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": vote.key },
        body: JSON.stringify({ number: vote.number, mark: vote.mark }),
      });
      if (answer.status >= 500) throw new Error("away");
      const body = await answer.json();
      if (pending !== vote) return;
      keep(null);
      if (answer.ok) mine = body.mark;
      else complain(body.message);
      show();
    } catch {
      if (pending !== vote) return;
      complain("网络不稳，这一票还没有送到。正在自动重发，不会重复计。");
      setTimeout(send, SEND_AGAIN_MS);
    }
  };
  if (marks) marks.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (!button || !state || !state.on) return;
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
    complain("");
    keep({ number: state.number, mark: Number(button.dataset.mark), key });
    show();
    send();
  });
  document.addEventListener("visibilitychange", () => { clearTimeout(timer); if (!document.hidden || !marks) again(); });
  again().then(send);
}
