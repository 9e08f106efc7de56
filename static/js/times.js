// Times count on in the page, and are shown in the reader's own zone, which the server learns by a cookie.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;

  const two = number => String(number).padStart(2, "0");
  const minutes = seconds => {
    const whole = Math.max(Math.floor(seconds / 60), 0);
    if (whole < 60) return whole ? `${whole} min` : "under 1 min";
    return whole < 2880 ? `${Math.floor(whole / 60)} h` : `${Math.floor(whole / 1440)} days`;
  };
  const words = {
    running: seconds => {
      const [hours, rest] = [Math.floor(seconds / 3600), Math.floor(seconds) % 3600];
      const short = `${hours ? two(Math.floor(rest / 60)) : Math.floor(rest / 60)}:${two(rest % 60)}`;
      return hours ? `${hours}:${short}` : short;
    },
    waited: minutes,
    lasted: seconds => (seconds < 60 ? `${Math.max(Math.floor(seconds), 0)} s` : minutes(seconds)),
    ago: seconds => (seconds < 60 ? "now" : seconds < 86400 ? `${minutes(seconds)} ago` : null),
    clock: (_, moment) => `${two(moment.getHours())}:${two(moment.getMinutes())}`,
  };

  const tick = () => {
    if (document.hidden || document.body.dataset.offline !== undefined) return;
    for (const time of document.querySelectorAll("time[data-time]")) {
      const moment = new Date(time.dateTime);
      const seconds = (Date.now() - moment) / 1000;
      const text = words[time.dataset.time]?.(seconds, moment);
      if (text && time.textContent !== text) time.textContent = text;
      if (time.closest("[data-waits]")) time.parentElement.classList.toggle("late", seconds > 900);
    }
  };
  setInterval(tick, 1000);
  // A piece may have been drawn a while ago, for somebody who came earlier.
  document.addEventListener("htmx:ws:after:message:incoming", tick);
  document.addEventListener("DOMContentLoaded", tick);
})();
