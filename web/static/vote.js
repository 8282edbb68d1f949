// Voting: the choice is kept across pages and searches (sessionStorage), sent once under one key, and stays when something
// goes wrong. Without this the form votes for what is chosen on its page.
const form = document.querySelector("form[data-vote]");
const { store, send } = window.ballots;

if (form && form.querySelector("[data-cast]")) {
  const { vote, least, most, span, mine, enter, receipt } = form.dataset;
  const [told, problem, button, chosenBox, names] = ["told", "problem", "cast", "chosen", "names"].map((one) => form.querySelector(`[data-${one}]`));
  const boxes = [...form.querySelectorAll("input[name=choice]")];
  const chosen = new Map(store.read(`vote:${vote}`, []));
  let left = null, known = true, snapshot = false, sending = false;

  const complain = (text) => { problem.textContent = text; problem.hidden = !text; };
  const hint = () => {
    if (snapshot) return "您现在看到的是页面快照，请点右下角「使用完整服务」再投票。";
    const counted = `已选 ${chosen.size}/${most}`;
    if (left === null) return counted;
    return left > 0 ? `${counted}，${span}还剩 ${left} 票` : `${span}的票已经投完`;
  };
  const show = () => {
    for (const box of boxes) box.checked = chosen.has(box.value);
    told.textContent = hint();
    button.textContent = known ? "投票" : "登录后投票";
    button.disabled = sending || snapshot || left === 0;
    chosenBox.hidden = chosen.size === 0;
    names.replaceChildren(...[...chosen].map(([number, name]) => {
      const line = document.createElement("li"), off = document.createElement("button");
      line.textContent = `${number} 号 ${name}`;
      off.type = "button";
      off.textContent = "去掉";
      off.setAttribute("aria-label", `去掉 ${number} 号 ${name}`);
      off.addEventListener("click", () => { chosen.delete(number); keep(); chosenBox.querySelector("summary").focus(); });
      line.append(off);
      return line;
    }));
  };
  const keep = () => { store.write(`vote:${vote}`, [...chosen]); show(); };
  const choose = (box) => {
    complain("");
    if (!box.checked) chosen.delete(box.value);
    else {
      if (most === "1") chosen.clear();
      if (chosen.size >= Number(most)) complain(`每张选票最多选 ${most} 个；先去掉一个，再选新的。`);
      else chosen.set(box.value, box.dataset.name);
    }
    keep();
  };
  const given = (numbers) => {
    for (const box of boxes.filter((one) => numbers.includes(Number(one.value)))) {
      chosen.delete(box.value);
      box.disabled = true;
      box.parentElement.classList.add("is-given");
      box.nextElementSibling.textContent = `${span}已投`;
    }
    for (const number of numbers) chosen.delete(String(number));
  };
  const meet = async () => {
    const answer = await fetch(mine, { headers: { Accept: "application/json" } });
    if (answer.status === 403) known = false;
    else if (answer.ok) {
      const facts = await answer.json();
      ({ left, snapshot } = facts);
      given(facts.voted);
    }
    keep();
  };

  const cast = async () => {
    const choice = [...chosen.keys()].map(Number);
    const answer = await send(vote, form.action, choice, () => { told.textContent = "正在核对，请等一两秒……"; });
    if (answer.ok) {
      store.drop(`vote:${vote}`);
      location.assign(receipt.replace("NUMBER", answer.receipt));
    } else if (answer.error === "signed_out") location.assign(enter);
    else if (answer.join) location.assign(answer.join);
    else complain(answer.message);
  };
  form.addEventListener("change", (event) => { if (event.target.name === "choice") choose(event.target); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    if (!known) { location.assign(enter); return; }
    if (chosen.size < Number(least)) { complain(`每张选票至少选 ${least} 个，您选了 ${chosen.size} 个。`); return; }
    complain("");
    sending = true;
    show();
    told.textContent = "正在投票……";
    try { await cast(); } catch { complain("网络不稳，还没有收到结果。请再点一次「投票」：同一张选票不会重复计。"); }
    sending = false;
    show();
  });
  for (const box of boxes.filter((one) => one.dataset.offered !== undefined && most === "1")) { chosen.clear(); chosen.set(box.value, box.dataset.name); }
  for (const box of boxes.filter((one) => one.dataset.offered !== undefined && chosen.size === 0)) chosen.set(box.value, box.dataset.name);
  keep();
  meet().catch(() => {});
  // Back from the receipt by the browser's own button: what was voted for is not chosen any more.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
