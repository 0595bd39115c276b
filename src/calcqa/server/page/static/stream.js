/* Mends a race in the stream that Gradio sends its events over. The server closes the stream when nothing is pending;
   what is asked just then joins a stream that the browser believes open and that is closing, and its answer is never
   fetched. Here, where a close arrives while something asked has not come to its end, the stream is opened again and
   the page reads on as if nothing had been. Everything else passes through untouched. */
(() => {
  "use strict";
  const fetched = window.fetch;
  const going = new Set(); // events that were taken and have not ended
  const ended = new Set(); // events that ended before the browser was told that they were taken
  let joining = 0; // events on their way to the server

  async function join(input, init) {
    joining += 1;
    try {
      const response = await fetched(input, init);
      const { event_id: id } = await response.clone().json().catch(() => ({}));
      if (id && !ended.delete(id)) going.add(id);
      return response;
    } finally {
      joining -= 1;
    }
  }

  /* Note what a message ends; say whether it closes the stream while there is more to come. */
  function early(message) {
    let data;
    try {
      data = JSON.parse(message.replace(/^data:/, ""));
    } catch {
      return false;
    }
    if (data.msg === "process_completed" && !going.delete(data.event_id) && joining) ended.add(data.event_id);
    return data.msg === "close_stream" && (joining > 0 || going.size > 0);
  }

  async function* messages(reader) {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const whole = (text + decoder.decode(value, { stream: true })).split("\n\n");
      text = whole.pop();
      yield* whole;
    }
  }

  async function stream(input, init) {
    const first = await fetched(input, init);
    if (!first.ok) return first;
    const coder = new TextEncoder();
    let reader = first.body.getReader();
    let read = messages(reader);

    async function pull(controller) {
      const { value, done } = await read.next();
      if (done) return controller.close();
      if (!early(value)) return controller.enqueue(coder.encode(`${value}\n\n`));
      const next = await fetched(input, init);
      if (!next.ok) throw new TypeError(`The stream could not be opened again: ${next.status}`);
      reader = next.body.getReader();
      read = messages(reader);
      return pull(controller);
    }
    const cancel = () => reader.cancel();
    const body = new ReadableStream({ pull: (to) => pull(to).catch((error) => (going.clear(), to.error(error))), cancel });
    return new Response(body, { status: first.status, headers: first.headers });
  }

  window.fetch = (input, init) => {
    const path = new URL(input.url ?? input, location.href).pathname;
    if (path.endsWith("/queue/join")) return join(input, init);
    if (path.endsWith("/queue/data")) return stream(input, init);
    return fetched(input, init);
  };
})();
