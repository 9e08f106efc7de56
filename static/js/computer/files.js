// Files are put into the folder that is shown, by the button or by dropping them anywhere on it, and say how far they are.
const [place, form, box, bar] = ["files", "upload", "upload-files", "upload-progress"].map(id => document.getElementById(id));
const MOST = 100 * 2 ** 20;  // the server's limit, said before an hour of waiting
const say = text => { document.getElementById("alert").textContent = document.getElementById("upload-hint").textContent = text; };

form.addEventListener("submit", event => {
  event.preventDefault();
  const large = [...box.files].find(file => file.size > MOST);
  if (large) return say(`${large.name} is larger than 100 MB, which is the limit. Nothing was sent.`);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.onprogress = ({ loaded, total }) => { bar.value = 100 * loaded / total; };
  request.setRequestHeader("HX-Request", "true");
  request.onload = () => request.status < 400 ? location.assign(request.getResponseHeader("HX-Redirect")) : failed();
  request.onerror = failed;
  bar.hidden = false;
  form.inert = true;
  request.send(new FormData(form));
});

function failed() {
  bar.hidden = true;
  form.inert = false;
  say("The files were not put there. They are still chosen: try again.");
}

let over = 0;
const withFiles = event => event.dataTransfer?.types.includes("Files");
const light = change => { over = Math.max(over + change, 0); place.toggleAttribute("data-over", over > 0); };
place.addEventListener("dragenter", event => withFiles(event) && light(1));
place.addEventListener("dragleave", event => withFiles(event) && light(-1));
place.addEventListener("dragover", event => withFiles(event) && event.preventDefault());
place.addEventListener("drop", event => {
  if (!withFiles(event)) return;
  event.preventDefault();
  light(-over);
  box.files = event.dataTransfer.files;
  if (box.files.length) form.requestSubmit();
});
