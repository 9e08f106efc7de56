// A page that is not live says so after two seconds; and when it is again, how much came meanwhile.
(() => {
  const place = document.getElementById("connection");
  const session = document.getElementById("session-socket");
  const ours = event => event.target === (session ?? document.getElementById("space-socket"));
  let timer, connection, open = false, down = false, back = 0, arrived = 0;

  const say = (text, kind, ...more) => (place.replaceChildren(text, ...more), (place.className = kind));
  const retry = () => {
    clearTimeout(connection?.timer);
    session ? document.dispatchEvent(new Event("visibilitychange")) : location.reload();
  };
  const lost = () => {
    timer = null;
    if (open || document.hidden || !place) return;
    down = true;
    document.body.dataset.offline = "";
    const button = Object.assign(document.createElement("button"), { className: "btn sm", textContent: "Retry now", onclick: retry });
    say(`Connection lost. The agent${session ? " keeps" : "s keep"} working. Retrying.`, "banner warn", button);
  };
  const wait = () => open || document.hidden || down || (timer ??= setTimeout(lost, 2000));

  document.addEventListener("htmx:ws:close", event => {
    if (event.detail.code === 4401) document.getElementById("signed-out")?.showModal();
    else if (event.detail.code === 4404) location.reload();
    else if (ours(event)) (open = false), ({ connection } = event.detail), wait();
  });
  document.addEventListener("visibilitychange", wait);
  document.addEventListener("htmx:ws:after:connection", event => {
    if (!ours(event)) return;
    open = true;
    delete document.body.dataset.offline;
    if (down) (down = false), (back = Date.now()), (arrived = 0), say("Back online.", "banner"), setTimeout(() => down || say("", ""), 6000);
  });
  document.addEventListener("htmx:ws:before:message:incoming", event => {
    const { to, content } = JSON.parse(event.detail.message.data);
    if (to && Date.now() - back < 1500) arrived += (content.match(/<li class="step/g) ?? []).length;
    if (to && arrived) say(`Back online. ${arrived} ${arrived === 1 ? "step" : "steps"} arrived while you were away.`, "banner");
  });
})();
