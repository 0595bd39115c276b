/* What the browser keeps: conversations, each under a key of its own so that two tabs do not overwrite each other, and
   the token of documents added; where people log in, each person's apart. After a reload the server is given them back.
   Also saves files. Nothing else is kept. */
(() => {
  "use strict";
  const page = window.calcqa;
  const who = window.gradio_config?.username; // whoever logged in; on one browser it may be somebody else next time
  const OWN = who ? `calcqa:${encodeURIComponent(who)}:` : "calcqa:";
  const PREFIX = `${OWN}conversation:`;
  const TOKEN = `${OWN}token`;
  const CURRENT = `${OWN}current`;
  const MOST = 100;
  const PART = 1500000; // characters, of three bytes at most

  /* A browser may forbid all of it: then nothing is kept, and everything else works. */
  const within = (action, otherwise) => {
    try {
      return action() ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  const read = (key) => within(() => localStorage.getItem(key), "");
  const write = (key, value) => within(() => (localStorage.setItem(key, value), true), false);
  const forget = (key) => within(() => localStorage.removeItem(key));
  const parsed = (text) => within(() => JSON.parse(text), null);
  const keys = () => within(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)), []);

  page.on.keep = (conversation) => {
    const key = PREFIX + conversation.id;
    const at = parsed(read(key))?.at ?? Date.now(); // in the order they were begun
    if (!write(key, JSON.stringify({ at, used: Date.now(), conversation }))) page.warn(page.texts.notKept);
    const used = (kept) => kept?.used ?? kept?.at ?? 0;
    const kept = keys().map((k) => [used(parsed(read(k))), k]).sort((a, b) => b[0] - a[0]);
    kept.slice(MOST).forEach(([, k]) => forget(k));
  };
  page.on.forget = (ids) => ids.forEach((id) => forget(PREFIX + id));
  page.on.current = (id) => within(() => sessionStorage.setItem(CURRENT, id)); // a tab's own: another begins anew
  page.on.token = (token) => write(TOKEN, token);
  addEventListener("storage", ({ key, newValue: token }) => key === TOKEN && token && page.act({ do: "token", token }));

  page.on.connected = () => {
    const kept = keys().map((key) => {
      const { at = 0, conversation } = parsed(read(key)) ?? {};
      return { at, conversation: { ...conversation, id: key.slice(PREFIX.length) } }; // what is spoilt can be forgotten
    });
    kept.sort((a, b) => b.at - a.at);
    const token = read(TOKEN);
    const current = within(() => sessionStorage.getItem(CURRENT), "");
    if (!kept.length && !token) return page.visit();
    const parts = [[]]; // of so much at a time: the server takes no more in one
    let size = 0;
    for (const { conversation } of kept) {
      const length = JSON.stringify(conversation).length;
      if (size && size + length > PART) (parts.push([]), (size = 0));
      parts.at(-1).push(conversation);
      size += length;
    }
    parts.forEach((conversations, i) =>
      page.act({ do: "restore", token, current, conversations, ...(i ? {} : page.linked()) }));
  };

  page.on.download = ({ name, type, text }) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    page.say(page.fill(page.texts.exported, { name }));
  };
})();
