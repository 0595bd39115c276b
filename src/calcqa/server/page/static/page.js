/* What the page does by itself: what is pressed goes to the server, what comes back is shown, kept, copied or said.
   Nothing is found by searching text, and no request is made but to the server. Places in the text: places.js; what
   the browser keeps: memory.js. Texts come from the server (texts.py). */
window.calcqa = (() => {
  "use strict";
  const page = { on: {}, texts: window.calcqaTexts };
  const waiting = []; // what was pressed before the page was ready
  let trigger = null;

  page.find = (selector) => document.querySelector(selector);
  page.fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  page.send = (name, data) => (trigger ? trigger(name, { ...data, wire, came }) : waiting.push([name, data]));
  page.act = (data) => page.send("act", data);
  page.ask = (data) => page.send("ask", data);

  page.connect = (given) => {
    trigger = given;
    waiting.splice(0).forEach(([name, data]) => page.send(name, data));
    page.on.connected?.();
  };

  /* A message has what is to be done by name (keep, forget, download, opened, announce …), each with a number: what
     comes a second time is not done again, and with what is sent next the server is told the highest that came. */
  let done = {};
  let wire = null;
  let came = 0;
  page.receive = (value) => {
    if (!value) return;
    const message = JSON.parse(value);
    if (wire && wire !== message.wire) {
      done = {}; // the server began anew and knows nothing of this page any more
      came = 0;
      page.on.connected?.();
    }
    wire = message.wire;
    for (const [name, [number, content]] of Object.entries(message.said)) {
      came = Math.max(came, number);
      if (number <= (done[name] ?? 0)) continue;
      done[name] = number;
      const part = page.find(`[data-part="${name}"]`);
      if (part) write(part, content);
      else page.on[name.split(":")[0]]?.(content);
    }
  };

  /* Whatever has the focus keeps it when its part is written anew: the same button, else what stands nearest to it. A
     menu that is open stays open: what was pressed in it and closes it has done so before. */
  function write(part, content) {
    const held = part.contains(document.activeElement) ? ways(document.activeElement) : [];
    const open = [...part.querySelectorAll("details.menu[id][open]")].map(({ id }) => `#${id}`);
    part.innerHTML = content;
    open.forEach((id) => page.find(id)?.setAttribute("open", ""));
    held.some((selector) => {
      const found = page.find(selector);
      found?.focus({ preventScroll: true });
      return found && found === document.activeElement;
    });
  }

  function ways(element) {
    const named = [...element.attributes].filter(({ name }) => /^data-(?!sure|tip|copy)/.test(name));
    const own = named.map(({ name, value }) => `[${name}="${CSS.escape(value)}"]`).join("");
    const menu = element.closest("details[id]");
    const turn = element.closest(".turn") && `#calcqa-log .turn[data-turn="${element.closest(".turn").dataset.turn}"]`;
    return [
      own && element.localName + own,
      turn && element.closest(".feedback") && `${turn} [aria-pressed="true"]`,
      turn && `${turn} .actions button`,
      menu && `#${menu.id} > summary`,
      "#calcqa-log",
    ].filter(Boolean);
  }

  page.on.box = (text) => {
    const box = page.find("#calcqa-question textarea");
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true })); // else Gradio keeps what was there
  };

  page.say = (text) => {
    const place = page.find("#calcqa-said");
    if (!place) return;
    place.textContent = "";
    setTimeout(() => (place.textContent = text), 50); // else the same words twice are said once
  };
  page.on.announce = page.say;

  /* A sentence where everybody sees it, and is told it. */
  page.warn = (text) => {
    const line = Object.assign(document.createElement("p"), { textContent: text });
    line.setAttribute("role", "alert");
    page.find('[data-part="problem"]')?.replaceChildren(line);
  };

  page.on.reveal = () => {
    page.find("#calcqa-documents")?.removeAttribute("open");
    const pane = page.find("#calcqa-source");
    if (pane) pane.scrollTop = 0;
  };

  /* --- what is pressed --------------------------------------------------------------------------------------- */

  function closeMenus(but) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu === but) continue;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus({ preventScroll: true });
      menu.removeAttribute("open");
    }
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
      area.style.position = "fixed"; // where the clipboard is not to be had: pages served without https
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) return page.warn(page.texts.notCopied);
    }
    page.say(page.texts.copied);
    return true;
  }
  page.copy = async (button, text) => {
    if (!(await copy(text))) return;
    const said = button.textContent;
    if (said === page.texts.copied) return;
    button.textContent = page.texts.copied;
    button.focus();
    setTimeout(() => (button.textContent = said), 1500);
  };

  /* How many exchanges come after the one that an element stands in. */
  const later = (element) => {
    const all = [...document.querySelectorAll("#calcqa-log .turn")];
    return all.length - 1 - all.indexOf(element.closest(".turn"));
  };

  function edit(button) {
    const around = button.closest(".understood, .asking");
    const form = around.querySelector("form");
    const opening = button.dataset.edit !== "cancel";
    form.hidden = !opening;
    around.classList.toggle("edited", opening);
    form.querySelector(".drops").hidden = !later(form);
    (opening ? form.querySelector("textarea") : around.querySelector(".edit")).focus();
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const menu = target?.closest("details.menu");
    closeMenus(menu);
    const button = target?.closest("button");
    if (!button) return;
    const { questions, copy: text, edit: editing, sure } = button.dataset;
    if (button.id === "calcqa-ask") typed();
    else if (questions) page.ask({ questions: JSON.parse(questions) });
    else if (text) page.copy(button, text);
    else if (editing) edit(button);
    else if (button.dataset.do && (!sure || confirm(sure))) {
      if (button.dataset.do !== "delete") closeMenus();
      page.act({ ...button.dataset });
    }
  });

  document.addEventListener("change", (event) => {
    const list = event.target.closest?.("select[data-do]");
    if (list) page.act({ do: list.dataset.do, [list.name]: list.value });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.do && !form.dataset.ask) return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    if (form.dataset.do) page.act({ ...form.dataset, ...fields });
    else if (later(form) && !confirm(page.fill(page.texts.dropsSure, { count: later(form) }))) return;
    else page.ask({ turn: form.dataset.turn, [form.dataset.ask === "understood" ? "meant" : "question"]: fields.text });
    closeMenus();
  });

  /* What was typed is asked over the wire, like all else: it waits there until the page is ready. */
  const typed = () => page.ask({ question: page.find("#calcqa-question textarea").value });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.editing");
    const plain = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (plain && event.target.closest?.("#calcqa-question")) (event.preventDefault(), typed());
    if (plain && form) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape") {
      if (form) form.querySelector("[data-edit=cancel]").click();
      closeMenus();
      page.hideTip?.();
    }
  });

  /* --- the newest exchange comes into view --------------------------------------------------------------------- */

  page.calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  function prepare() {
    const log = page.find("#calcqa-log");
    const regions = {
      "#calcqa-log": { role: "log", "aria-live": "off", "aria-label": page.texts.conversation, tabindex: "0" },
      "#calcqa-chat": { role: "region", "aria-label": page.texts.conversation },
      "#calcqa-side": { role: "region", "aria-label": page.texts.source },
      "#calcqa-source": { tabindex: "0", role: "group", "aria-label": page.texts.source },
      "#calcqa-question textarea": { "aria-label": page.texts.question, maxlength: "8000" },
    };
    for (const [selector, attributes] of Object.entries(regions))
      for (const [name, value] of Object.entries(attributes)) page.find(selector)?.setAttribute(name, value);
    const said = document.createElement("div");
    Object.assign(said, { id: "calcqa-said", className: "sr", role: "status", ariaLive: "polite" });
    log.before(said);
    const wide = matchMedia("(min-width: 900px)").matches; // on a phone this would open the keyboard
    if (wide && !location.hash) page.find("#calcqa-question textarea")?.focus({ preventScroll: true });
  }

  let ready = false;
  let turns = 0;
  let length = 0;
  function follow() {
    const log = page.find("#calcqa-log");
    if (!log || !page.find("#calcqa-source") || !page.find("#calcqa-question textarea")) return;
    if (!ready) {
      prepare();
      ready = true;
    }
    const all = log.querySelectorAll(".turn");
    const newest = all[all.length - 1];
    const now = newest ? newest.textContent.length : 0;
    const grown = all.length > turns || (all.length === turns && now > length);
    page.on.changed?.(all.length !== turns);
    if (grown && newest && !page.shows?.()) {
      const pane = log.scrollHeight > log.clientHeight + 1 ? log : document.scrollingElement;
      const top = newest.getBoundingClientRect().top - (pane === log ? log.getBoundingClientRect().top : 0);
      pane.scrollBy({ top: top - 8, behavior: page.calm() });
    }
    [turns, length] = [all.length, now];
  }
  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });
  return page;
})();
