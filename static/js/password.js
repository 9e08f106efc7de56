// A button that shows what was typed into a password field.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-show]");
  if (!button) return;
  const field = document.getElementById(button.dataset.show);
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.textContent = shown ? "Show" : "Hide";
  field.focus();
});
