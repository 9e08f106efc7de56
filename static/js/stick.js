// The reader owns the scroll. Following keeps the end in view; otherwise nothing moves and a pill counts what came.
(() => {
  const box = document.querySelector("[data-stick]");
  const list = document.getElementById("steps");
  const pill = document.querySelector("[data-latest]");
  let follow = true, unseen = 0, top = 0, height = 0;
  if (!box || !list) return;
  const atEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 32;
  const note = () => ([top, height] = [box.scrollTop, box.scrollHeight]);
  const setFollow = on => {
    follow = on;
    if (on) unseen = 0;
    pill.hidden = on || !unseen;
    pill.querySelector("[data-n]").textContent = unseen === 1 ? "1 new step" : `${unseen} new steps`;
  };
  // A selection, or the focus on a step further up, means that somebody reads.
  const reading = () => {
    const chosen = getSelection();
    return (!chosen.isCollapsed && list.contains(chosen.anchorNode)) || (list.contains(document.activeElement) && !atEnd());
  };
  const toEnd = () => ((box.scrollTop = box.scrollHeight), note());
  const grow = () => (follow && !reading() ? (window.trimSteps?.(), toEnd()) : note());

  // Only the reader's own upward movement ends following. A list that shrinks is no movement.
  box.addEventListener("scroll", () => {
    if (box.scrollTop < top - 1 && box.scrollHeight >= height) setFollow(false);
    else if (atEnd()) setFollow(true);
    note();
  }, { passive: true });
  list.addEventListener("click", event => event.target.closest("summary") && setFollow(false));
  new ResizeObserver(grow).observe(box.firstElementChild);
  new MutationObserver(changes => {
    const added = changes.flatMap(change => [...change.addedNodes]).filter(node => node.dataset && !("old" in node.dataset));
    if (!follow || reading()) (unseen += added.length), setFollow(false);
    grow();
  }).observe(list, { childList: true });
  window.latestSteps = () => (setFollow(true), toEnd());
  pill.addEventListener("click", latestSteps);
  location.hash ? note() : latestSteps();
})();
