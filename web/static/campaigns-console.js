/* Tables of rows in a campaign's settings: add one, take one away. Without script there are two empty rows to fill. */
for (const place of document.querySelectorAll("[data-rows]")) {
  const list = place.querySelector("ol");
  const blank = place.querySelector("template");
  const add = place.querySelector("[data-add]");
  let next = list.children.length;
  const isEmpty = (row) => [...row.querySelectorAll("input:not([type=checkbox]), select, textarea")].every((one) => one.value === "");
  [...list.children].filter(isEmpty).slice(list.children.length > 2 ? 0 : 1).forEach((row) => row.remove());
  list.querySelectorAll("[data-drop]").forEach((button) => { button.hidden = false; });
  add.hidden = false;
  add.addEventListener("click", () => {
    const row = blank.content.firstElementChild.cloneNode(true);
    const numbered = (text) => text.replace(".ROW.", `.${next}.`).replace("-ROW-", `-${next}-`);
    for (const one of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        if (one.hasAttribute(name)) one.setAttribute(name, numbered(one.getAttribute(name)));
      }
    }
    next += 1;
    list.append(row);
    row.querySelector("input, select, textarea").focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    button.closest("li").remove();
    add.focus();
  });
}
