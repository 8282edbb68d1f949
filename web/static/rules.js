/* How many bytes a text has left; and what was typed is not lost by a slip. */
const bytes = new TextEncoder();
const count = (field) => {
  const left = Number(field.dataset.bytes) - bytes.encode(field.value).length;
  field.setCustomValidity(left < 0 ? `超出 ${-left} 字节，请缩短` : "");
};
document.addEventListener("input", (event) => {
  if (event.target.dataset && event.target.dataset.bytes) count(event.target);
  changed = Boolean(event.target.closest("form[method=post]")) || changed;
});
let changed = false;
document.addEventListener("submit", () => { changed = false; });
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
