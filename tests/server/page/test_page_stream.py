"""The page's stream: an answer arrives although its question was asked just as the stream was closing."""

from __future__ import annotations

import pytest

from helpers.chromium import ANSWERED, WIDE, ask

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

HOLD_THE_CLOSE = """(() => {
  const fetched = window.fetch;
  window.held = window.joins = 0;
  window.fetch = async (input, init) => {
    const path = new URL(input.url ?? input, location.href).pathname;
    const response = await fetched(input, init);
    if (path.endsWith("/queue/join")) setTimeout(() => (window.joins += 1), 200); // the page has read it by then
    if (!path.endsWith("/queue/data") || window.held) return response;
    const late = new TransformStream({
      async transform(text, controller) {
        const at = text.indexOf('data: {"msg":"close_stream"');
        if (at < 0) return controller.enqueue(text);
        if (at) controller.enqueue(text.slice(0, at));
        window.held += 1;
        while (window.joins < 2) await new Promise((go) => setTimeout(go, 20));
        controller.enqueue(text.slice(at));
      },
    });
    const body = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(late);
    const { status, headers } = response;
    return new Response(body.pipeThrough(new TextEncoderStream()), { status, headers });
  };
})();"""
"""Have the browser learn of the first close only once a second event was taken, as happens where it is slow."""


def test_what_is_asked_while_the_stream_closes_is_answered(watched, browser):
    context = browser.new_context(viewport=WIDE)
    context.add_init_script(HOLD_THE_CLOSE)
    page = watched.visit(context)
    page.wait_for_function("window.held === 1")  # the event with which the page begins is done
    ask(page, ANSWERED)
    ask(page, ANSWERED)  # and the page goes on
