// The faces of a draw. The server decides first; a face only shows what it said. Without this the form leads to the result.
for (const draw of document.querySelectorAll("[data-draw]")) {
  const form = draw.querySelector("[data-take]");
  if (!form) continue;
  const find = (name) => draw.querySelector(`[data-${name}]`);
  const [stage, card, result, cover, go, plain, problem, left, wheel, envelope] =
    ["stage", "card", "result", "cover", "go", "plain", "problem", "left", "wheel", "envelope"].map(find);
  const face = draw.dataset.face, pending = `draw:${location.pathname}`;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const word = go.textContent;
  let shown = null, turns = 0, scratched = 0;

  // The key outlives a reload and a lost connection: the same key brings the same result.
  const keep = (key) => { try { key ? sessionStorage.setItem(pending, key) : sessionStorage.removeItem(pending); } catch { /* private mode */ } };
  const kept = () => { try { return sessionStorage.getItem(pending); } catch { return null; } };
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");

  const line = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const write = (told) => {
    result.replaceChildren(...(told.prize ? [line("span", "恭喜您抽中"), line("strong", told.prize.name)] : [line("strong", "谢谢参与"), line("span", "这次没有抽中")]));
    if (told.win) {
      const link = line("a", "去领奖");
      link.href = draw.dataset.winUrl.replace("WIN", encodeURIComponent(told.win));
      result.append(link);
    }
  };
  const finish = () => {
    if (!shown) return;
    card.hidden = false;
    if (cover) cover.hidden = true;
    card.classList.remove("is-covered", "is-scratching");
    write(shown);
    plain.hidden = true;
    shown = null;
    const more = Number(left.textContent) > 0;
    go.hidden = !more;
    go.disabled = false;
    go.textContent = "再来一次";
  };

  const coverUp = (words) => {
    const paint = cover.getContext("2d", { willReadFrequently: true });
    scratched = 0;
    paint.globalCompositeOperation = "source-over";
    paint.fillStyle = "#b9bcc1";
    paint.fillRect(0, 0, cover.width, cover.height);
    paint.fillStyle = "#3d4653";
    paint.font = "32px sans-serif";
    paint.textAlign = "center";
    paint.fillText(words, cover.width / 2, cover.height / 2 + 10);
    cover.hidden = false;
    card.classList.add("is-covered");
  };
  const scratch = (event) => {
    if (!shown || (event.pointerType === "mouse" && event.buttons === 0)) return;
    const box = cover.getBoundingClientRect(), paint = cover.getContext("2d");
    if (!card.classList.contains("is-scratching")) { write(shown); card.classList.add("is-scratching"); }
    paint.globalCompositeOperation = "destination-out";
    paint.beginPath();
    paint.arc((event.clientX - box.left) * cover.width / box.width, (event.clientY - box.top) * cover.height / box.height, 42, 0, 7);
    paint.fill();
    scratched += 1;
    if (scratched % 12 === 0 && bare() > 0.45) finish();
  };
  const bare = () => {
    const pixels = cover.getContext("2d").getImageData(0, 0, cover.width, cover.height).data;
    let open = 0;
    for (let at = 3; at < pixels.length; at += 400) open += pixels[at] === 0;
    return open / (pixels.length / 400);
  };
  if (cover) {
    cover.addEventListener("pointerdown", (event) => { cover.setPointerCapture(event.pointerId); scratch(event); });
    cover.addEventListener("pointermove", scratch);
  }

  const turnWheel = (told) => {
    const slices = [...wheel.querySelectorAll("[data-slice]")];
    const at = slices.findIndex((one) => one.dataset.slice === (told.prize ? told.prize.id : ""));
    turns += 5;
    wheel.style.transform = `rotate(${turns * 360 - (at + 0.5) * 360 / slices.length}deg)`;
    setTimeout(finish, 3400);
  };
  const play = (told) => {
    shown = told;
    left.textContent = Math.max(0, Number(left.textContent) - (told.again ? 0 : 1));
    stage.hidden = false;
    result.replaceChildren();
    go.hidden = true;
    plain.hidden = false;
    if (face === "scratch") { coverUp("用手指刮开"); return; }
    card.hidden = true;
    if (still) finish();
    else if (face === "wheel") turnWheel(told);
    else { envelope.classList.add("is-open"); setTimeout(finish, 1100); }
  };

  const ask = async (key, again) => {
    keep(key);
    problem.textContent = "";
    go.disabled = true;
    go.textContent = "请稍候…";
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ key }) });
      const told = await answer.json();
      keep(null);
      if (!answer.ok) throw Object.assign(new Error(told.message), { told: true });
      told.again = again;
      play(told);
    } catch (error) {
      go.disabled = false;
      go.textContent = error.told ? word : "再试一次";
      problem.textContent = error.told ? error.message : "网络不稳，没有收到结果。请再试一次：抽过的不会重抽，机会也不会多扣。";
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (envelope) envelope.classList.remove("is-open");
    ask(kept() || fresh(), false);
  });
  plain.addEventListener("click", finish);

  stage.hidden = form.hidden && !kept();
  if (face === "scratch") coverUp(`点下面的「${word}」`); else card.hidden = true;
  if (kept()) ask(kept(), true);
}
