/* What the browser keeps: conversations, each under a key of its own so that two tabs do not overwrite each other, and
   the token of documents added. After a reload the server is given them back. Also saves files. Nothing else is kept. */
(() => {
  "use strict";
  const page = window.calcqa;
  const PREFIX = "calcqa:conversation:";
  const MOST = 100;

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
    if (!write(key, JSON.stringify({ at, conversation }))) page.warn(page.texts.notKept);
    const kept = keys().map((k) => [parsed(read(k))?.at ?? 0, k]).sort((a, b) => b[0] - a[0]);
    kept.slice(MOST).forEach(([, k]) => forget(k));
  };
  page.on.forget = (ids) => ids.forEach((id) => forget(PREFIX + id));
  page.on.current = (id) => within(() => sessionStorage.setItem("calcqa:current", id)); // a tab's own: another begins anew
  page.on.token = (token) => write("calcqa:token", token);

  page.on.connected = () => {
    const kept = keys().map((key) => parsed(read(key)) ?? { at: 0, conversation: null });
    kept.sort((a, b) => b.at - a.at);
    const token = read("calcqa:token");
    const current = within(() => sessionStorage.getItem("calcqa:current"), "");
    const conversations = kept.map((k) => k.conversation);
    if (conversations.length || token) page.act({ do: "restore", token, current, conversations, ...page.linked() });
    else page.visit();
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
