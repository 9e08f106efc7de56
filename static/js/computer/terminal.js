// A shell of the person's own. The socket may drop: what was missed is asked for by its place.
import { FitAddon } from "../../vendor/xterm/addon-fit.mjs";
import { Terminal } from "../../vendor/xterm/xterm.mjs";

const box = document.getElementById("terminal"), note = document.getElementById("terminal-note");
const colour = name => getComputedStyle(document.body).getPropertyValue(name);
const terminal = new Terminal({ fontFamily: "ui-monospace, monospace", fontSize: 13, scrollback: 5000, screenReaderMode: true, cursorBlink: true });
const fit = new FitAddon();
const paint = () => { terminal.options.theme = { background: colour("background-color"), foreground: colour("color"), cursor: colour("color"), selectionBackground: "#7f9fbf66" }; };
let socket, offset = 0, wait = 500, over = false;

terminal.loadAddon(fit);
terminal.open(box);
paint();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
const send = message => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
const size = () => ({ columns: terminal.cols, rows: terminal.rows });
new ResizeObserver(() => { fit.fit(); send({ t: "resize", ...size() }); }).observe(box);
terminal.onData(text => send({ t: "type", text }));
terminal.attachCustomKeyEventHandler(event => !(event.ctrlKey && event.shiftKey && event.key === "Escape" && (parent.document.querySelector("main a")?.focus(), true)));

const words = { asleep: "The computer sleeps. Wake it on the Screen tab.", none: "There is no computer yet." };
function open() {
  socket = new WebSocket(box.dataset.socket);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => { wait = 500; fit.fit(); send({ t: "open", ...size(), offset }); };
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) {
      const seen = offset += data.byteLength;
      return terminal.write(new Uint8Array(data), () => send({ t: "seen", offset: seen }));
    }
    const news = JSON.parse(data);
    if (news.offset !== undefined) offset = news.offset;
    if (news.state) note.textContent = words[news.state] ?? "";
    if (news.closed) { over = true; note.textContent = `${news.closed} Reload to open another.`; }
  };
  socket.onclose = ({ code }) => { if (!over && code < 4400) { note.textContent = "Connecting…"; setTimeout(open, wait = Math.min(wait * 2, 10_000)); } };
}
open();
