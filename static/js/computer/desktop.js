// The agent's desktop, by noVNC. Whether mouse and keyboard count is for the server to say, and shown here.
import RFB from "../../vendor/novnc/core/rfb.js";
import { touch } from "./control.js";
import { listen } from "./news.js";
import { frame, has, panel, typing } from "./panel.js";

document.getElementById("screen-canvas").remove();
const place = document.createElement("div");
place.className = "vnc";
frame.prepend(place);
let rfb;

function connect() {
  rfb = new RFB(place, new URL(`${panel.dataset.socket}desktop/`, location.href.replace(/^http/, "ws")).href, { shared: true });
  rfb.viewOnly = !has();
  rfb.scaleViewport = true;
  rfb.background = "transparent";
  rfb.addEventListener("disconnect", () => { rfb = undefined; });
}
listen(`${panel.dataset.socket}desktop/news/`, news => {
  if (news.state === "live" && !rfb) connect();
  if (rfb) rfb.viewOnly = !has();
});
setInterval(() => panel.dataset.state === "live" && !rfb && connect(), 2000);
for (const kind of ["pointerdown", "keydown", "wheel"]) place.addEventListener(kind, touch, { passive: true });

typing(text => {
  touch();
  for (const letter of text) {
    const point = letter.codePointAt(0);
    rfb?.sendKey(point < 0x100 ? point : 0x01000000 + point, null);
  }
});
