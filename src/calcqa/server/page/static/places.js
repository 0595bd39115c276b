/* Places in the text: a citation shows its quote beside the conversation, says where it stands, and can be stepped
   through, linked to and returned from; resting on one shows it in passing. Marks have ids; no text is searched. */
(() => {
  "use strict";
  const page = window.calcqa;
  const LINK = /^#cite=([0-9a-f]{1,64}):(\d{1,9})-(\d{1,9})$/;
  let shown = null; // {mark, where, turn}: what is open; elements do not last, panes are written anew
  let before = null; // where the person was when they opened it
  let wanted = false; // whether the open place is still to be scrolled to

  const marks = (id) => document.querySelectorAll(`#calcqa-source mark[data-cites~="${CSS.escape(id)}"]`);
  const cites = (turn) => [...document.querySelectorAll(`#calcqa-log [data-turn="${turn}"] .cite`)];
  const origin = () => shown?.turn && cites(shown.turn).find((c) => c.dataset.mark === shown.mark);
  const hash = ({ document: id, start, end }) => `#cite=${id}:${start}-${end}`;
  const place = (cite) => ({ mark: cite.dataset.mark, where: cite.dataset.where, turn: cite.closest(".turn").dataset.turn });
  page.shows = () => shown !== null;

  /* Only what differs is written: the page is watched for changes, and each would be followed by another. */
  function write(id, text) {
    const place = page.find(id);
    if (place.textContent !== text) place.textContent = text;
  }

  function head() {
    const list = shown?.turn ? cites(shown.turn).map((c) => c.dataset.mark) : [];
    const at = list.indexOf(shown?.mark);
    const put = (id, hidden) => (page.find(id).hidden = hidden);
    put("#calcqa-steps", list.length < 2 || at < 0);
    put("#calcqa-back", !shown || !before);
    put("#calcqa-link", !shown);
    write("#calcqa-step", page.fill(page.texts.step, { at: at + 1, all: list.length }));
    write("#calcqa-where", shown?.where ?? page.texts.hint);
  }

  function highlight() {
    document.querySelectorAll("#calcqa-source mark.shown").forEach((m) => m.classList.remove("shown"));
    document.querySelectorAll("#calcqa-log .cite[aria-current]").forEach((b) => b.removeAttribute("aria-current"));
    if (shown) marks(shown.mark).forEach((m) => m.classList.add("shown"));
    origin()?.setAttribute("aria-current", "true");
    head();
  }

  function reveal() {
    const [first] = shown ? marks(shown.mark) : [];
    if (!first) return;
    wanted = false;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    first.scrollIntoView({ behavior: page.calm(), block: "center" });
  }

  /* Open a place; where its document is not the one beside the conversation, the server brings it. */
  function open(next, link, remember) {
    before ??= next.turn ? { pane: page.find("#calcqa-source").scrollTop, log: page.find("#calcqa-log").scrollTop } : null;
    shown = next;
    wanted = true;
    if (remember && location.hash !== link) history.pushState(null, "", link);
    highlight();
    if (marks(next.mark).length) reveal();
    else {
      const [, document, start, end] = LINK.exec(link) ?? [];
      if (document) page.act({ do: "open", document, start, end });
    }
  }

  const show = (cite, remember = true) => open(place(cite), hash(cite.dataset), remember);

  function close() {
    shown = null;
    before = null;
    highlight();
  }

  function back() {
    const cite = origin();
    const was = before;
    if (location.hash) history.pushState(null, "", location.pathname + location.search);
    close();
    if (was) page.find("#calcqa-source").scrollTop = was.pane;
    if (was) page.find("#calcqa-log").scrollTop = was.log;
    if (!cite) return;
    cite.focus({ preventScroll: true });
    cite.scrollIntoView({ behavior: page.calm(), block: "nearest" });
  }

  function step(by) {
    const list = cites(shown.turn);
    const at = list.findIndex((c) => c.dataset.mark === shown.mark);
    const button = document.activeElement;
    show(list[(at + by + list.length) % list.length]);
    button.focus({ preventScroll: true }); // whoever steps goes on stepping
  }

  function visit() {
    const [, id, start, end] = LINK.exec(location.hash) ?? [];
    if (!id) return shown && back();
    const mark = `quote-${id}-${start}-${end}`;
    const cite = [...document.querySelectorAll("#calcqa-log .cite")].findLast((c) => c.dataset.mark === mark);
    if (cite) show(cite, false);
    else page.act({ do: "open", document: id, start, end });
  }
  window.addEventListener("popstate", () => (LINK.test(location.hash) || !location.hash) && visit());
  page.visit = () => LINK.test(location.hash) && visit();
  page.linked = () => {
    const [, id, start, end] = LINK.exec(location.hash) ?? [];
    return id ? { document: id, start, end } : {};
  };

  page.on.opened = ({ mark, where }) => {
    if (shown?.mark !== mark) shown = { mark, where, turn: null };
    wanted = true;
    highlight();
    reveal();
  };

  /* Panes are written anew as answers come: what was opened stays open, and in view. A new exchange closes it. */
  page.on.changed = (turned) => {
    if (turned && shown?.turn) close();
    latest();
    if (!shown) return page.find("#calcqa-where") && head();
    const lost = marks(shown.mark).length && !page.find("#calcqa-source mark.shown");
    if (lost || (shown.turn && !page.find("#calcqa-log .cite[aria-current]"))) highlight();
    if (lost || wanted) reveal();
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const cite = target?.closest("#calcqa-log .cite");
    const stepping = target?.closest("[data-step]");
    const link = target?.closest("#calcqa-link");
    const heading = target?.closest(".outline a");
    if (cite) show(cite);
    else if (stepping) step(Number(stepping.dataset.step));
    else if (target?.closest("#calcqa-back")) back();
    else if (link) {
      const [, id, start, end] = /^quote-(.+)-(\d+)-(\d+)$/.exec(shown.mark);
      page.copy(link, location.href.split("#")[0] + hash({ document: id, start, end }));
    } else if (heading) {
      event.preventDefault(); // the address is for citations
      const to = document.getElementById(heading.hash.slice(1));
      to.tabIndex = -1;
      to.focus({ preventScroll: true });
      to.scrollIntoView({ behavior: page.calm(), block: "start" });
    }
  });

  /* What the newest answer quotes stands out from what was quoted before, and comes into view beside it. */
  let newest = "";
  function latest() {
    const turn = [...document.querySelectorAll("#calcqa-past .turn")].at(-1);
    const ids = turn ? [...turn.querySelectorAll(".cite")].map((c) => c.dataset.mark) : [];
    const now = ids.flatMap((id) => [...marks(id)]);
    document.querySelectorAll("#calcqa-source mark.latest").forEach((mark) => now.includes(mark) || mark.classList.remove("latest"));
    now.forEach((mark) => mark.classList.add("latest"));
    const asked = turn ? `${turn.dataset.turn} ${turn.querySelector(".asked").textContent}` : "";
    if (asked === newest) return;
    newest = asked;
    const pane = page.find("#calcqa-source");
    if (!now.length || shown || pane.scrollHeight <= pane.clientHeight + 1) return; // on a phone the page is one column
    const top = now[0].getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollBy({ top: top - pane.clientHeight / 3, behavior: page.calm() });
  }

  /* --- in passing ---------------------------------------------------------------------------------------------- */

  const tip = Object.assign(document.createElement("div"), { id: "calcqa-tip", role: "tooltip", hidden: true });
  let tipped = null;

  page.hideTip = () => {
    tip.hidden = true;
    tipped?.removeAttribute("aria-describedby");
    tipped = null;
  };

  /* A quote with the words before and after it in its paragraph. */
  function preview(cite) {
    const [first] = marks(cite.dataset.mark);
    const parts = [Object.assign(document.createElement("p"), { textContent: cite.dataset.place, className: "where" })];
    const quote = document.createElement("p");
    const block = first?.closest("p, li, h2, h3, h4, h5, h6");
    if (block) {
      const range = document.createRange();
      range.selectNodeContents(block);
      range.setEndBefore(first);
      const [lead, own] = [range.toString(), [...marks(cite.dataset.mark)].filter((m) => block.contains(m))];
      range.selectNodeContents(block);
      range.setStartAfter(own[own.length - 1]);
      const [words, tail] = [own.map((m) => m.textContent).join(""), range.toString()];
      const strong = Object.assign(document.createElement("b"), { textContent: words });
      quote.append(lead.length > 90 ? `…${lead.slice(-90)}` : lead, strong, tail.length > 90 ? `${tail.slice(0, 90)}…` : tail);
    } else quote.textContent = cite.previousElementSibling?.textContent ?? "";
    return [...parts, quote];
  }

  function showTip(element) {
    if (element === tipped) return;
    page.hideTip();
    tipped = element;
    tip.replaceChildren(...(element.matches(".cite") ? preview(element) : [element.dataset.tip]));
    document.body.append(tip);
    tip.hidden = false;
    element.setAttribute("aria-describedby", tip.id);
    const at = element.getBoundingClientRect();
    const room = tip.getBoundingClientRect();
    const below = at.bottom + 8;
    tip.style.top = `${below + room.height < innerHeight ? below : Math.max(4, at.top - room.height - 8)}px`;
    tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - room.width - 8))}px`;
  }

  const tippable = (event) => event.target instanceof Element && event.target.closest(".cite, [data-tip]");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const element = tippable(event);
    if (element) showTip(element);
    else if (tipped && !tip.contains(event.target) && document.activeElement !== tipped) page.hideTip();
  });
  document.addEventListener("focusin", (event) => {
    const element = tippable(event);
    if (element && element.matches(":focus-visible")) showTip(element);
    else page.hideTip();
  });
  document.addEventListener("scroll", page.hideTip, { capture: true, passive: true });
  document.addEventListener("click", (event) => {
    const said = event.target instanceof Element && event.target.closest("span[data-tip]"); // what only explains
    if (said) showTip(said);
    else page.hideTip();
  });
})();
