// Judging: keys, the time somebody looks, the next work's pictures ahead of time, putting a list in order. Without this everything
// still works by buttons and numbers.
const began = Date.now();
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
  // On a button or link Enter does what it always does.
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const wanted = event.key === "u" ? document.querySelector("[data-undo] button")
    : [...document.querySelectorAll("[data-keys]")].find((one) => one.dataset.keys.split(" ").includes(event.key));
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-timed]");
  if (!form) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  form.elements.seconds.value = Math.max(1, Math.round((Date.now() - began) / 1000));
});
// Back by the browser's own button: it may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-timed]").forEach((form) => delete form.dataset.sent));

const work = document.querySelector("[data-next]");
if (work) addEventListener("load", async () => {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(work.dataset.next)).text(), "text/html");
    for (const picture of page.querySelectorAll(".jury-work img[src]")) new Image().src = picture.getAttribute("src");
  } catch { /* it will be loaded when it is its turn */ }
});

const order = document.querySelector("[data-order]");
if (order) {
  const number = () => [...order.children].forEach((one, at) => { one.querySelector("input").value = at + 1; });
  const put = (one, at) => { order.insertBefore(one, [...order.children].filter((other) => other !== one)[at] || null); number(); };
  order.querySelectorAll(".jury-order-moves").forEach((one) => { one.hidden = false; });
  order.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (!button) return;
    const one = button.closest("li"), at = [...order.children].indexOf(one);
    put(one, Math.max(0, at + (button.dataset.up === undefined ? 1 : -1)));
    button.focus();
  });
  order.addEventListener("change", (event) => {
    const place = Number(event.target.value);
    if (event.target.name.startsWith("place-") && place >= 1 && place <= order.children.length) { put(event.target.closest("li"), place - 1); event.target.focus(); }
  });
}
