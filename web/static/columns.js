/* The editor of columns: counts characters, sets marks in the body, warns before leaving. Without it everything still works. */
document.querySelectorAll("[data-count]").forEach((field) => {
  const most = Number(field.dataset.count);
  const shown = document.createElement("span");
  shown.className = "column-counted";
  const label = document.querySelector(`label[for="${field.id}"]`);
  if (label) label.append(shown);
  const count = () => {
    const used = Array.from(field.value).length;
    shown.textContent = `${used}/${most}`;
    shown.classList.toggle("is-over", used > most);
  };
  field.addEventListener("input", count);
  count();
});
document.querySelectorAll("[data-tools]").forEach((tools) => {
  const body = document.getElementById(tools.dataset.tools);
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const mark = event.target.dataset.mark;
    if (!mark) return;
    const { selectionStart: from, selectionEnd: to, value } = body;
    const chosen = value.slice(from, to);
    const start = value.lastIndexOf("\n", from - 1) + 1;
    const lead = { heading: "## ", bullets: "- ", quote: "> " }[mark];
    if (lead) {
      const lines = value.slice(start, to).split("\n").map((line) => lead + line).join("\n");
      body.setRangeText(lines, start, to, "end");
    } else if (mark === "bold") {
      body.setRangeText(`**${chosen || "重点"}**`, from, to, "select");
    } else {
      const used = (value.match(/\[图\d+\]/g) || []).length;
      body.setRangeText(`\n[图${used + 1}]\n`, to, to, "end");
    }
    body.focus();
    body.dispatchEvent(new Event("input", { bubbles: true }));
  });
});
document.querySelectorAll("form[data-leave]").forEach((form) => {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
});
