/* Buttons that copy a field and that make up a random value; shown only where this script runs. */
document.querySelectorAll("[data-copy], [data-random]").forEach((button) => { button.hidden = false; });
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-random]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy || button.dataset.random);
  if (button.dataset.random) {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const numbers = crypto.getRandomValues(new Uint32Array(Number(button.dataset.length)));
    // The platform's keys end in a letter whose last bits are zero.
    field.value = Array.from(numbers, (number) => letters[number % letters.length]).join("").slice(0, -1) + "A";
  }
  field.select();
  let copied = true;
  try { await navigator.clipboard.writeText(field.value); } catch { copied = document.execCommand("copy"); }
  const before = button.dataset.title || button.textContent;
  button.dataset.title = before;
  button.textContent = copied ? "已复制" : "请手动复制";
  setTimeout(() => { button.textContent = before; }, 2000);
});
