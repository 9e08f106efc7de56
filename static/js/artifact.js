// An opened artifact. Esc closes it, [ and ] go to the one before and after, d downloads it.
(() => {
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const link = document.querySelector(`.viewer [data-key="${CSS.escape(event.key)}"]`);
    if (!link || document.querySelector("dialog[open], :popover-open")) return;
    event.preventDefault();
    link.click();
  });

  // Its chip is in sight among those of the session.
  const show = () => document.querySelector(".strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:after:settle", show);

  // A later version is said as soon as it is saved, unless it is the one that is shown.
  document.addEventListener("htmx:ws:after:message:incoming", () => {
    const viewer = document.querySelector(".viewer");
    const newer = viewer?.querySelector("[data-newer]");
    const isOld = newer && Number(newer.dataset.newer) > Number(viewer.dataset.version);
    if (!isOld || !newer.hidden) return;
    newer.hidden = false;
    document.getElementById("announce").textContent = newer.querySelector("span").textContent;
  });
})();
