/* Files from the person's disk: the server gives a ticket for each, each is sent to its own, and then they are added.
   What is sent is a file's bytes; nothing that the server is told afterwards is a path or an address. */
(() => {
  "use strict";
  const page = window.calcqa;
  let chosen = [];

  const input = () => page.find("#calcqa-files");
  document.addEventListener("click", ({ target }) => target.closest?.("#calcqa-add") && input().click());
  document.addEventListener("change", ({ target }) => {
    if (target !== input()) return;
    chosen = [...target.files];
    target.value = ""; // else the same file cannot be chosen twice
    if (chosen.length) page.act({ do: "choose", files: chosen.map(({ name, size }) => ({ name, size })) });
  });

  page.on.upload = async (tickets) => {
    const files = chosen; // others may be chosen while these are sent
    const root = new URL(window.gradio_config?.root || "/", location.href).pathname.replace(/\/$/, "");
    try {
      for (const [i, ticket] of tickets.entries()) {
        const answer = await fetch(`${root}/documents/${encodeURIComponent(ticket)}`, { method: "PUT", body: files[i] });
        if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? "");
      }
      page.act({ do: "add", ids: tickets });
    } catch (error) {
      page.find('[data-part="progress"]')?.replaceChildren();
      page.warn((error.name === "Error" && error.message) || page.texts.notSent);
    }
  };
})();
