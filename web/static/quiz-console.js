/* The form of a question: shows the fields of the kind that is chosen. Without it all are shown, each with its name. */
const kinds = document.querySelector("[data-kinds]");
if (kinds) {
  const chosen = kinds.elements.kind;
  const show = () => kinds.querySelectorAll("[data-for]").forEach((part) => { part.hidden = !part.dataset.for.split(" ").includes(chosen.value); });
  chosen.addEventListener("change", show);
  show();
}
