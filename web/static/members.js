/* The list of followers: tick all of this page. Without it, each can be ticked. */
document.querySelectorAll("[data-check-all]").forEach((box) => {
  box.closest("label").hidden = false;
  box.addEventListener("change", () => {
    document.querySelectorAll(`${box.dataset.checkAll} input[name=member]`).forEach((one) => { one.checked = box.checked; });
  });
});
