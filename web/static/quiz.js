// The paper: saves each answer as it is chosen, and tries again while the net is away. Without it the form does the same.
const form = document.querySelector("[data-save]:not([data-told])");
if (form) {
  const told = form.querySelector("[data-saved]");
  let latest = "";
  const say = (text, bad = false) => { told.textContent = text; told.classList.toggle("is-bad", bad); };
  const given = () => new FormData(form).getAll("given").join("");
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const send = async (value) => {
    for (let pause = 1000; value === latest; pause = Math.min(pause * 2, 15000)) {
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          headers: { "Content-Type": "application/json", Accept: "application/json" },
          body: JSON.stringify({ p: form.elements.p.value, given: value }),
        });
        if (answer.status < 500) {
          const facts = await answer.json();
          if (value === latest) say(answer.ok ? `已保存：${facts.given}` : facts.message, !answer.ok);
          return;
        }
      } catch { /* no net: say so, and try again */ }
      if (value === latest) say("网络不太好，正在重新保存……", true);
      await wait(pause);
    }
  };
  if (form.dataset.atOnce === undefined) {
    form.addEventListener("change", () => {
      latest = given();
      if (latest) { say("正在保存……"); send(latest); }
    });
  }
}
const asking = document.querySelector("[data-hand-in]");
if (asking) asking.addEventListener("submit", () => { asking.querySelector("button").disabled = true; });
const clock = document.querySelector(".quiz-clock[data-seconds]");
if (clock) {
  const end = performance.now() + Number(clock.dataset.seconds) * 1000;
  const show = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    clock.textContent = `剩余 ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.classList.toggle("is-short", left <= 60);
    if (left === 0) { clearInterval(timer); location.assign(clock.dataset.over); }
  };
  const timer = setInterval(show, 500);
  show();
}
