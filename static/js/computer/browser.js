// The page that the agent's browser shows.
import { act } from "./hands.js";
import { listen } from "./news.js";
import { panel } from "./panel.js";

const canvas = document.getElementById("screen-canvas");
const paint = canvas.getContext("2d");
const address = document.getElementById("screen-address");
const size = { width: 1280, height: 800 };

const send = listen(`${panel.dataset.socket}browser/`, async news => {
  if (news.width) Object.assign(size, { width: news.width, height: news.height });
  if (news.url !== undefined) address.textContent = news.title ? `${news.title} · ${news.url}` : news.url;
  if (!(news instanceof ArrayBuffer)) return;
  const picture = await createImageBitmap(new Blob([news], { type: "image/jpeg" }));
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  paint.drawImage(picture, 0, 0);
  picture.close();
  send({ t: "drawn" });
});
document.addEventListener("visibilitychange", () => send({ t: "hidden", hidden: document.hidden }));
act(canvas, size, send);
