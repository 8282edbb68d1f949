/* The form of an entry: counts letters, takes over suggestions by a click, and warns before typed text is lost. */
(() => {
  const form = document.querySelector("form[data-guarded]");
  if (!form) return;
  let touched = false;

  const count = (area) => {
    const letters = Array.from(area.value.trim()).length;
    const limit = Number(area.dataset.limit);
    const output = document.querySelector(area.dataset.count);
    output.textContent = letters > limit ? `${letters} 字，多了 ${letters - limit} 字` : `${letters} / ${limit} 字`;
    output.classList.toggle("too-long", letters > limit);
    const first = area.value.trim().match(/^[^。！？!?\n]+/);
    document.querySelector(area.dataset.first).textContent = first ? `现在的第一句：「${first[0].slice(0, 40)}」` : "";
  };
  form.querySelectorAll("textarea[data-count]").forEach((area) => {
    count(area);
    area.addEventListener("input", () => count(area));
  });

  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-to]");
    if (!button) return;
    const area = document.querySelector(button.dataset.addTo);
    const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.includes(button.dataset.line)) area.value = [...lines, button.dataset.line].join("\n");
    touched = true;
    button.disabled = true;
    button.textContent = `✓ 已加上：${button.dataset.line}`;
  });
})();
