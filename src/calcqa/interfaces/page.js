/* What the page does by itself: a citation shows its quote in the source pane, new answers scroll into view, a
   conversation is saved as a file. No request is made here, and nothing is found by searching text: marks have ids. */
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  let shown = null; // the mark of the citation last opened, and its turn; elements do not last, panes are written anew
  let asked = null;

  const marks = () => document.querySelectorAll(`#calcqa-source mark[data-cites~="${CSS.escape(shown)}"]`);
  const origin = () => shown && $(`#calcqa-log [data-turn="${asked}"] .cite[data-mark="${CSS.escape(shown)}"]`);

  function highlight() {
    document.querySelectorAll("#calcqa-source mark.shown").forEach((m) => m.classList.remove("shown"));
    document.querySelectorAll("#calcqa-log .cite[aria-current]").forEach((b) => b.removeAttribute("aria-current"));
    marks().forEach((m) => m.classList.add("shown"));
    origin()?.setAttribute("aria-current", "true");
  }

  function show(button) {
    shown = button.dataset.mark;
    asked = button.closest(".turn").dataset.turn;
    const [first] = marks();
    $("#calcqa-where").textContent = button.dataset.where;
    $("#calcqa-back").hidden = false;
    highlight();
    if (!first) return; // the source pane comes with the last quote, and is highlighted then
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    first.scrollIntoView({ behavior: calm(), block: "center" });
  }

  function back() {
    const button = origin();
    if (!button) return;
    button.focus({ preventScroll: true });
    button.scrollIntoView({ behavior: calm(), block: "center" });
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const cite = target && target.closest("#calcqa-log .cite");
    if (cite) show(cite);
    else if (target && target.closest("#calcqa-back")) back();
  });

  function prepare(log) {
    const attributes = { role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: "0" };
    for (const [name, value] of Object.entries(attributes)) log.setAttribute(name, value);
    hint = $("#calcqa-where").textContent;
    const wide = matchMedia("(min-width: 900px)").matches; // on a phone this would open the keyboard
    if (wide) $("#calcqa-question textarea")?.focus({ preventScroll: true });
  }

  /* The newest exchange comes to the top of the conversation as it arrives; a new conversation starts the text at its
     top. What was shown belongs to an earlier answer by then. */
  let hint = null;
  let turn = 0;
  let arrived = 0;
  function follow() {
    const log = $("#calcqa-log");
    if (!log || !$("#calcqa-source")) return;
    if (hint === null) prepare(log);
    const turns = log.querySelectorAll(".turn");
    const newest = turns[turns.length - 1];
    const length = newest ? newest.textContent.length : 0;
    const same = turns.length === turn;
    const grown = length !== arrived;
    if (same && shown && marks().length && (grown || !$("#calcqa-source mark.shown"))) {
      highlight(); // a pane written anew loses the mark, a growing answer pushes it away: what was opened stays in view
      marks()[0].scrollIntoView({ behavior: calm(), block: "center" });
    } else if (grown || !same) {
      if (newest) newest.scrollIntoView({ behavior: calm(), block: "start" });
      else $("#calcqa-source").scrollTop = 0;
    }
    if (!same) {
      shown = null;
      $("#calcqa-back").hidden = true;
      $("#calcqa-where").textContent = hint;
    }
    [turn, arrived] = [turns.length, length];
  }
  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });

  window.calcqaSave = (text) => {
    if (!text) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "calcqa-conversation.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
})();
