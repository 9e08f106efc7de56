// The way out of control: a key that works wherever the focus is, and nobody keeps an agent waiting by leaving.
import { has, panel } from "./panel.js";

const IDLE = 9 * 60_000, ANSWER = 60_000;
let touched = Date.now();
export const touch = () => { touched = Date.now(); };
new MutationObserver(touch).observe(panel, { attributeFilter: ["data-mine"] });

const back = () => document.getElementById("hand-back-button")?.click();
document.addEventListener("keydown", event => {
  if (!has() || !event.ctrlKey || !event.altKey || event.code !== "KeyH") return;
  event.preventDefault();
  event.stopPropagation();
  back();
}, true);

setInterval(() => {
  const words = document.getElementById("still-there");
  const idle = Date.now() - touched - IDLE;
  if (!words || !has()) return;
  if (idle > ANSWER) back();
  const text = idle > 0 ? `Still there? Control goes back to the agent in ${Math.ceil((ANSWER - idle) / 1000)} s. Touch anything to keep it.` : "";
  if (words.textContent !== text) words.textContent = text;
}, 1000);
