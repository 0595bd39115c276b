"""The page: a chat beside the text it quotes. Thin: it turns events into questions and answers into markup.

Does: keep a conversation for each session, show an answer quote by quote, and serve on one address, with nothing loaded
from elsewhere and nothing reported to anyone. Does not: answer, render (`rendering.py`), or phrase (`texts.py`).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from calcqa import rendering
from calcqa.assistant import Assistant, Chat
from calcqa.domain import Turn
from calcqa.errors import CalcqaError, InputError
from calcqa.interfaces import texts
from calcqa.transcripts import transcript

_HERE = Path(__file__).parent
_PAUSE = 0.08  # seconds between quotes, so that they can be seen to arrive
_AT_ONCE = 16  # sessions answered at the same time
_POLICY = (  # the browser refuses whatever comes from elsewhere; eval is how Gradio renders its own parts
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:"
)
_ASK_EXAMPLE = """element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask]');
  if (button) trigger('ask', { questions: JSON.parse(button.dataset.ask) });
});"""


class Page:
    """What the page's events do. It holds no conversation: that travels in the session's own state."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.documents = assistant.documents()
        self.examples = texts.examples(assistant.index)

    def source(self, chosen: str, turns: list[Turn]) -> str:
        """Return the source pane: the document chosen and those quoted, with the quotes marked."""
        shown = {chosen} | {c.document_id for t in turns for c in t.answer.citations}
        return rendering.sources_html((d for d in self.documents if d.id in shown), turns)

    def ask(self, question: str, turns: list[Turn], chosen: str) -> Iterator[tuple[Any, ...]]:
        """Yield log, source, examples, problem, state and text box as the answer to one question arrives."""
        chat = Chat(self._assistant, turns)
        before = rendering.conversation_html(turns)
        folded = texts.examples_html(self.examples, unfolded=False)
        number = len(turns) + 1
        try:
            answer = chat.ask(question)
        except CalcqaError as error:
            yield gr.skip(), gr.skip(), gr.skip(), texts.problem_html(str(error)), gr.skip(), gr.skip()
            return
        waiting = before + rendering.turn_html(number, answer.question, texts.waiting_html())
        yield waiting, gr.skip(), folded, texts.problem_html(""), gr.skip(), ""
        for shown in range(1, len(answer.citations)):
            card = rendering.answer_html(answer, shown)
            log = before + rendering.turn_html(number, answer.question, card)
            yield log, gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
            time.sleep(_PAUSE)
        log = rendering.conversation_html(chat.turns)
        yield log, self.source(chosen, chat.turns), gr.skip(), gr.skip(), chat.turns, gr.skip()

    def example(self, turns: list[Turn], chosen: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Ask the questions of the example that was pressed, one after another."""
        pressed = [list(questions) for _, questions in self.examples]
        if event.questions not in pressed:  # only what is offered: the event comes from the browser
            return
        for question in event.questions:
            for update in self.ask(question, turns, chosen):
                yield update
                turns = update[4] if isinstance(update[4], list) else turns

    def clear(self, chosen: str) -> tuple[Any, ...]:
        """Begin a new conversation."""
        unfolded = texts.examples_html(self.examples, unfolded=True)
        return texts.welcome_html(), self.source(chosen, []), unfolded, texts.problem_html(""), [], ""

    def save(self, turns: list[Turn]) -> tuple[str, str]:
        """Return the conversation as JSON text, and a sentence if there is none."""
        if not turns:
            return "", texts.problem_html(texts.NOTHING_TO_SAVE)
        return json.dumps(transcript(turns, self._assistant.index), ensure_ascii=False, indent=1), texts.problem_html(
            ""
        )


def build_page(assistant: Assistant) -> gr.Blocks:
    """Return the page over `assistant`, not yet served; `serve` adds its looks and its script."""
    page = Page(assistant)
    first = page.documents[0].id if page.documents else ""
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    plain: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
    title = f"{texts.NAME}: {texts.subtitle(page.documents)}" if page.documents else texts.NAME
    blocks: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as blocks:
        turns = gr.State([])
        gr.HTML(texts.header_html(page.documents), elem_id="calcqa-head", **plain)
        with gr.Row(elem_id="calcqa-main"):
            with gr.Column(elem_id="calcqa-chat", min_width=0):
                log = gr.HTML(texts.welcome_html(), elem_id="calcqa-log", **plain)
                examples = gr.HTML(
                    texts.examples_html(page.examples, unfolded=True),
                    elem_id="calcqa-examples",
                    js_on_load=_ASK_EXAMPLE,
                    apply_default_css=False,
                )
                with gr.Column(elem_id="calcqa-composer", min_width=0):
                    problem = gr.HTML("", elem_id="calcqa-problem", **plain)
                    with gr.Row(elem_id="calcqa-line"):
                        box = gr.Textbox(
                            label=texts.QUESTION,
                            show_label=False,
                            placeholder=texts.PLACEHOLDER,
                            lines=1,
                            max_lines=4,
                            container=False,
                            elem_id="calcqa-question",
                        )
                        send = gr.Button(texts.ASK, variant="primary", min_width=0, elem_id="calcqa-ask")
                    with gr.Row(elem_id="calcqa-tools"):
                        new = gr.Button(texts.NEW, size="sm", min_width=0, elem_id="calcqa-new")
                        save = gr.Button(texts.SAVE, size="sm", min_width=0, elem_id="calcqa-save")
                    saved = gr.Textbox(visible="hidden", elem_id="calcqa-saved")
            with gr.Column(elem_id="calcqa-side", min_width=0):
                gr.HTML(texts.source_head_html(), **plain)
                chosen = gr.Dropdown(
                    [(d.title, d.id) for d in page.documents],
                    value=first,
                    label=texts.DOCUMENT,
                    visible=len(page.documents) > 1,
                )
                source = gr.HTML(page.source(first, []), elem_id="calcqa-source", **plain)
        shown = [log, source, examples, problem, turns, box]
        gr.on([box.submit, send.click], page.ask, [box, turns, chosen], shown, **private)
        examples.ask(page.example, [turns, chosen], shown, **private)
        new.click(page.clear, [chosen], shown, **private)
        chosen.change(page.source, [chosen, turns], [source], **private)
        keep = save.click(page.save, [turns], [saved, problem], **private)
        keep.then(None, [saved], None, js="(text) => window.calcqaSave(text)")
    return blocks


def serve(assistant: Assistant, host: str = "127.0.0.1", port: int = 7860, *, block: bool = True) -> gr.Blocks:
    """Serve the page on `http://host:port` until interrupted; with `block=False` return at once, and serve meanwhile.

    Raises InputError if the address cannot be listened on.
    """
    blocks = build_page(assistant)
    blocks.queue(default_concurrency_limit=_AT_ONCE, api_open=False)
    script, style = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    head = f"{policy}<style>{style}</style><script>{script}</script>"
    try:
        blocks.launch(
            server_name=host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            theme=gr.themes.Base(font=[gr.themes.Font("sans-serif")], font_mono=[gr.themes.Font("monospace")]),
            head=head,  # the style is here because as css= it would be rewritten
        )
    except OSError as error:
        raise InputError(
            f"Nothing can be served on {host}:{port}: it is taken or not to be had; choose another."
        ) from error
    sys.stdout.write(f"{texts.SERVING} {blocks.local_url}\n")
    sys.stdout.flush()
    if block:
        blocks.block_thread()
    return blocks
