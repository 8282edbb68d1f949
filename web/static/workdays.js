/* Arrow keys in the calendar: one day on or back, a week down or up; and one stop for the tab key instead of 365. */
(() => {
  const days = [...document.querySelectorAll("#year a[data-day]")];
  if (!days.length) return;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const stop = (at) => days.forEach((day, n) => { day.tabIndex = n === at ? 0 : -1; });
  const start = days.findIndex((day) => day.getAttribute("aria-current"));
  stop(Math.max(start, 0));
  days.forEach((day) => day.setAttribute("aria-describedby", "keys"));
  document.getElementById("year").addEventListener("keydown", (event) => {
    const at = days.indexOf(event.target);
    const step = steps[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const to = Math.min(Math.max(at + step, 0), days.length - 1);
    stop(to);
    days[to].focus();
  });
})();
