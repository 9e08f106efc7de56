// The composer: drafts outlive the page, what was sent leaves the box, digits choose an answer, m starts to write.
(() => {
  const form = document.getElementById("composer");
  const box = document.getElementById("message");
  if (!form) return;
  const name = `draft ${form.dataset.draft}`;
  let timer, sent = "";

  const keep = () => (box.value.trim() ? localStorage.setItem(name, box.value) : localStorage.removeItem(name));
  box.value ||= localStorage.getItem(name) ?? "";
  box.addEventListener("input", () => (clearTimeout(timer), (timer = setTimeout(keep, 500))));
  addEventListener("pagehide", keep);

  document.addEventListener("htmx:before:request", event => form.contains(event.target) && (sent = box.value));
  document.addEventListener("htmx:after:request", event => {
    const { status, raw } = event.detail.ctx.response;
    if (status === 403 || new URL(raw.url).pathname.startsWith("/login/")) return document.getElementById("signed-out").showModal();
    if (event.target !== form || status >= 400) return;
    if (box.value === sent) box.value = "";
    keep();
    window.latestSteps?.();
  });
  document.addEventListener("htmx:error", event => {
    if (form.contains(event.target)) document.getElementById("composer-error").textContent = "Not sent. Your text is still here. Send it again.";
  });

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]")) return;
    const choice = /^[1-9]$/.test(event.key) && form.querySelectorAll(".opt input")[event.key - 1];
    if (choice) choice.click();
    else if (event.key === "m") box.focus();
    else return;
    event.preventDefault();
  });
})();
