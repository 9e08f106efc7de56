// Writing boxes: Ctrl or Cmd with Enter sends, an example fills the box, a wide screen starts in it.
document.addEventListener("keydown", event => {
  const box = event.target.closest("[data-send=ctrl-enter]");
  if (!box || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  box.form.requestSubmit(box.form.querySelector("button:not([name]):not([type=button])"));
});

document.addEventListener("click", event => {
  const example = event.target.closest("[data-fill]");
  if (!example || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const box = document.getElementById("task");
  event.preventDefault();
  box.value = example.dataset.fill;
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

// On a touch screen the keyboard would cover the examples.
if (matchMedia("(pointer: fine)").matches) document.querySelector("[data-focus]")?.focus();
