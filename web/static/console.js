/* Small helps for all console pages; without them everything still works. */
document.addEventListener("input", (event) => {
  const list = event.target.dataset && event.target.dataset.filter;
  if (!list) return;
  const wanted = event.target.value.trim().toLowerCase();
  document.querySelectorAll(list).forEach((one) => { one.hidden = !one.textContent.toLowerCase().includes(wanted); });
});
document.addEventListener("submit", (event) => {
  const question = event.submitter && event.submitter.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
/* An answer that refuses (422, 409 …) still tells why: show it. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
/* A picture chosen from a list fills the field that the list belongs to. */
document.addEventListener("click", (event) => {
  const picture = event.target.closest("[data-fills] [data-picture]");
  if (!picture) return;
  const list = picture.closest("[data-fills]");
  const field = document.getElementById(list.dataset.fills);
  field.value = picture.dataset.picture;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  list.replaceChildren();
  field.focus();
});
