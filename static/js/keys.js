// Single keys: c new session, / search, g s sessions, ? what there is. Never while somebody types.
(() => {
  let before = "";
  const links = { "c": "a[href$='/sessions/new/']", "g s": ".side a[href$='/sessions/']", "r": "#rename-open" };

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const keys = before === "g" ? `g ${event.key}` : event.key;
    before = event.key;
    if (keys === "?") document.getElementById("shortcuts")?.showModal();
    else if (keys === "/") document.querySelector("[data-key='/']")?.focus();
    else if (links[keys]) document.querySelector(links[keys])?.click();
    else return;
    event.preventDefault();
  });
})();
