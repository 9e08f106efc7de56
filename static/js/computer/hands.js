// The person's mouse and keyboard on the page that the agent's browser shows, while they have control.
import { touch } from "./control.js";
import { has, typing } from "./panel.js";

const modifiers = event => event.altKey | event.ctrlKey << 1 | event.metaKey << 2 | event.shiftKey << 3;

export function act(canvas, size, send) {
  const tell = (event, message) => {
    if (!has()) return;
    event.preventDefault();
    event.stopPropagation();
    touch();
    send({ modifiers: modifiers(event), ...message });
  };
  const mouse = (kind, event, more) => {
    const box = canvas.getBoundingClientRect();
    const x = (event.clientX - box.x) / box.width * size.width, y = (event.clientY - box.y) / box.height * size.height;
    tell(event, { t: "mouse", kind, x, y, ...more });
  };
  const pressed = event => ({ button: event.button, clicks: Math.max(event.detail, 1) });
  let moved = 0;
  canvas.addEventListener("mousedown", event => {
    if (has()) canvas.focus();
    mouse("down", event, pressed(event));
  });
  canvas.addEventListener("mouseup", event => mouse("up", event, pressed(event)));
  canvas.addEventListener("mousemove", event => {
    if (event.timeStamp - moved < 40) return;
    moved = event.timeStamp;
    mouse("move", event, event.buttons & 1 ? { button: 0 } : {});
  });
  canvas.addEventListener("wheel", event => mouse("wheel", event, { dx: event.deltaX, dy: event.deltaY }), { passive: false });
  canvas.addEventListener("contextmenu", event => has() && event.preventDefault());
  for (const kind of ["down", "up"]) canvas.addEventListener(`key${kind}`, event => {
    if (event.isComposing || event.key === "Dead" || event.key === "Process") return;
    tell(event, { t: "key", kind, key: event.key, code: event.code, number: event.keyCode });
  });
  canvas.addEventListener("paste", event => tell(event, { t: "text", text: event.clipboardData.getData("text") }));
  typing(text => { touch(); send({ t: "text", text }); });
}
