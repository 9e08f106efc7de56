// The list of sessions is fetched anew when one moves to another group, but never under a pointer, the focus or unsent words.
(() => {
  let due = false, groups = "", waited = Number(/^\((\d+)\) /.exec(document.title)?.[1] ?? 0);
  const list = () => document.getElementById("session-list");
  const grouping = () => [...(list()?.querySelectorAll(".row[id]") ?? [])].map(row => row.id + row.dataset.group).join();
  const fetchList = () => {
    if (!due || !list() || document.hidden || list().matches(":hover, :focus-within, :has(.ask textarea:not(:placeholder-shown))")) return;
    due = false;
    htmx.ajax("GET", location.href, { target: "#session-list", select: "#session-list", swap: "outerMorph" });
  };
  document.addEventListener("htmx:ws:before:message:incoming", event => {
    const { moved, waiting } = JSON.parse(event.detail.message.data);
    if (waiting !== undefined) document.title = (waiting ? `(${waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    if (waiting > waited) document.getElementById("announce").textContent = `${waiting} waiting for your input.`;
    waited = waiting ?? waited;
    due ||= moved?.length > 0;
    groups = grouping();
  });
  document.addEventListener("htmx:ws:after:message:incoming", () => {
    due ||= groups !== grouping();
    fetchList();
  });
  setInterval(fetchList, 2000);

  // The card that was answered is gone, and the focus with it: it goes to the page, and the answer is confirmed.
  let answered = false;
  document.addEventListener("htmx:before:request", event => (answered ||= Boolean(event.target.closest(".ask"))));
  document.addEventListener("htmx:finally:request", () => {
    if (!answered) return;
    answered = false;
    document.getElementById("announce").textContent = document.querySelector(".toast")?.textContent ?? "";
    if (document.activeElement === document.body) document.getElementById("main").focus();
  });
})();
