// Dialogs, copying, and renaming in place.
document.addEventListener("click", event => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) event.preventDefault(), document.getElementById(opener.dataset.dialog).showModal();
  if (event.target.closest("[data-close]") || event.target.matches("dialog:not(#signed-out)")) event.target.closest("dialog").close();
  if (event.target.closest("#rename-open")) event.preventDefault(), renaming(true);
  const pane = event.target.closest("[data-copy]")?.closest(".pane");
  if (pane) navigator.clipboard.writeText(pane.querySelector("pre").innerText), document.getElementById("announce").textContent = "Copied.";
});

function renaming(on) {
  const [form, title] = [document.getElementById("rename"), document.getElementById("session-title")];
  form.closest(".bar").classList.toggle("renaming", on);
  form.hidden = !on;
  if (on) (form.title.value = title.textContent), form.elements.title.select();
  else document.getElementById("rename-open").focus();
}

document.addEventListener("keydown", event => event.key === "Escape" && event.target.id === "rename-title" && renaming(false));
document.addEventListener("htmx:after:swap", event => event.target.matches("[data-in-dialog]") && event.detail.ctx.response.status < 400 && document.getElementById("step-dialog").showModal());
document.addEventListener("htmx:after:request", event => {
  const sent = event.detail.ctx.response.status < 400 && event.target.closest("dialog:not(#signed-out), #rename");
  if (sent) sent.id === "rename" ? renaming(false) : (sent.close(), document.querySelector("[data-stick]").focus());
});
