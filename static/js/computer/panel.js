// The frame that a computer's screen is shown in, whatever the kind, and whether this person has control of it.
export const panel = document.getElementById("screen");
export const frame = document.getElementById("screen-frame");
export const has = () => panel.dataset.mine !== undefined;

document.getElementById("screen-full").addEventListener("click", () => frame.requestFullscreen?.());

// For phones, input methods and what is pasted: `type` is told what was written into the box.
export const typing = type => document.addEventListener("submit", event => {
  if (event.target.id !== "typing") return;
  event.preventDefault();
  const box = document.getElementById("typed-text");
  type(box.value);
  box.value = "";
});
