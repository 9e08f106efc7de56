// The session's socket. Events carry their numbers: a double is dropped, a gap connects again and asks for the rest.
(() => {
  htmx.config.ws = { reconnectCodes: [1001, 1005, 1006, 1011, 1012, 1013, 1014, 3012], reconnectDelay: 300, reconnectMaxDelay: 10000 };
  // What the reader opened stays open, and where they are stays marked, whatever is drawn anew.
  htmx.config.morphIgnore = ["data-htmx-powered", "open", "aria-current"];

  let last, opened, following = [];
  const atEnd = box => box.scrollHeight - box.scrollTop - box.clientHeight < 24;

  document.addEventListener("htmx:ws:before:message:incoming", event => {
    const { connection, message } = event.detail;
    const { from, to } = JSON.parse(message.data);
    following = [...document.querySelectorAll("[data-follow]")].filter(atEnd);
    opened = document.querySelector("#thinking details[open]");
    if (to === undefined) return;
    last ??= Number(new URL(connection.url).searchParams.get("after"));
    if (from !== last + 1) {
      event.preventDefault();
      if (to > last) connection.socket.close(3012);
      return;
    }
    last = to;
    connection.url = connection.url.replace(/after=\d+/, `after=${last}`);
  });
  document.addEventListener("htmx:ws:after:message:incoming", () => {
    for (const box of following) box.scrollTop = box.scrollHeight;
    // A thought that was read while it grew stays open as the step that it becomes.
    if (opened?.isConnected === false) [...document.querySelectorAll("#steps [data-k=think]")].at(-1)?.parentElement.setAttribute("open", "");
    const title = document.getElementById("session-title")?.textContent;
    if (title) document.title = document.title.replace(/^(\(\d+\) )?.*( · )/, (all, count = "", rest) => count + title + rest);
  });

  // A piece that could not be put in leaves the page wrong: a reload makes it right, but not again and again.
  document.addEventListener("htmx:ws:error", event => {
    if (!(event.detail.error instanceof Error) || Date.now() - (sessionStorage.reloadedAt ?? 0) < 10000) return;
    sessionStorage.reloadedAt = Date.now();
    location.reload();
  });
})();
