// What the server says of a computer: {"state"}, {"mine"}, and whatever else this kind of screen hears.
import { panel } from "./panel.js";
import { showUsage } from "./usage.js";

export function listen(path, hear) {
  let wait = 500, socket;
  const open = () => {
    socket = new WebSocket(path);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => { wait = 500; };
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return hear(data);
      const news = JSON.parse(data);
      if (news.state) panel.dataset.state = news.state;
      if (news.mine !== undefined) panel.toggleAttribute("data-mine", news.mine);
      if (news.usage) showUsage(news.usage);
      hear(news);
    };
    socket.onclose = ({ code }) => {
      if (code >= 4400) return;
      panel.dataset.state = "lost";
      setTimeout(open, wait = Math.min(wait * 2, 10_000));
    };
  };
  open();
  return message => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
}
