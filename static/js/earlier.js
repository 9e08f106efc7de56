// Steps further up come on a click or when the top is reached; the line being read stays where it is.
(() => {
  const box = document.querySelector("[data-stick]");
  const list = document.getElementById("steps");
  const mark = document.getElementById("earlier");
  const link = mark?.querySelector("a");
  let busy = false;
  if (!box || !mark) return;
  const show = count => {
    [mark.dataset.n, mark.hidden] = [count, !count];
    link.search = `?before=${list.firstElementChild?.dataset.seq ?? 0}`;
    link.querySelector("span").textContent = `Show ${count} earlier ${count === 1 ? "step" : "steps"}`;
  };
  const put = page => {
    const steps = [...page.querySelectorAll("ol > .step")];
    const first = list.firstElementChild, y = first.getBoundingClientRect().top;
    for (const step of steps) step.dataset.old = "";
    box.style.overflowAnchor = "none";
    list.prepend(...steps);
    box.scrollTop += first.getBoundingClientRect().top - y;
    box.style.overflowAnchor = "";
    for (const step of steps) htmx.process(step);
    show(Number(page.getElementById("earlier").dataset.n));
  };
  const load = async () => {
    if (busy || mark.hidden) return;
    busy = true;
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    busy = false;
  };
  link.addEventListener("click", event => (event.preventDefault(), load()));
  box.addEventListener("scroll", () => box.scrollTop < 120 && load(), { passive: true });
  // While the end is followed, at most 150 steps stay in the page.
  window.trimSteps = () => {
    const extra = list.children.length > 150 ? [...list.children].slice(0, -120) : [];
    for (const step of extra) step.remove();
    if (extra.length) show(Number(mark.dataset.n) + extra.length);
  };
})();
