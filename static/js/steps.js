// Keys in a transcript: j and k go from step to step, o opens one, a full stop or End goes to the latest.
(() => {
  const list = document.getElementById("steps");
  const status = document.getElementById("announce");
  if (!list) return;
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const lines = [...list.querySelectorAll(":scope > .step > details > summary")];
    const at = lines.indexOf(document.activeElement);
    if (event.key === "j" || event.key === "k") (at < 0 ? lines.at(-1) : lines[at + (event.key === "j" ? 1 : -1)])?.focus();
    else if (event.key === "o" && at >= 0) lines[at].click();
    else if (event.key === "." || event.key === "End") (document.activeElement.blur(), window.latestSteps());
    else return;
    event.preventDefault();
  });

  // A busy agent would talk without end: one sentence at most every ten seconds.
  let came = 0, timer;
  const tell = () => {
    const now = [...list.querySelectorAll("summary .cut")].at(-1)?.textContent.trim() ?? "";
    status.textContent = `${came} new ${came === 1 ? "step" : "steps"}. ${now}`;
    [came, timer] = [0, null];
  };
  new MutationObserver(changes => {
    came += changes.flatMap(change => [...change.addedNodes]).filter(node => node.dataset && !("old" in node.dataset)).length;
    if (came) timer ??= setTimeout(tell, 10000);
  }).observe(list, { childList: true });

  // How it stands is said at once; what needs somebody interrupts.
  let stood = document.querySelector("#session-badge .badge").dataset.s;
  document.addEventListener("htmx:ws:after:message:incoming", () => {
    const { dataset, textContent } = document.querySelector("#session-badge .badge");
    if (dataset.s === stood) return;
    stood = dataset.s;
    const why = { need: ".asked-words", failed: "#steps > :last-child .card.bad .b" }[stood];
    const words = (why && document.querySelector(why)?.textContent.trim()) ?? "";
    document.getElementById(why ? "alert" : "announce").textContent = `${textContent}. ${words}`;
  });
})();
