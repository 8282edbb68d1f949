// The countdown on a campaign's front page. The server says how many seconds are left; the phone's clock may be wrong.
for (const place of document.querySelectorAll("[data-seconds]")) {
  const end = performance.now() + Number(place.dataset.seconds) * 1000;
  const shown = place.querySelector("[data-left]");
  const show = () => {
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    const days = Math.floor(seconds / 86400);
    const clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map((one) => String(Math.floor(one)).padStart(2, "0"));
    shown.textContent = (days ? `${days} 天 ` : "") + clock.join(":");
    if (seconds === 0) { clearInterval(timer); if (Number(place.dataset.seconds) > 0) location.reload(); }
  };
  const timer = setInterval(show, 1000);
  show();
}
