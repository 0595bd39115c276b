"""Lays the page out, a chat beside the text it quotes, and wires its events.

Does: name the components, hand events to `server/page/asking.py` and `server/page/actions.py`, and put what these
return where it belongs. Does not: hold logic, markup (`server/page/parts.py`, `rendering/`) or texts (`messages.py`),
or serve (`server/run.py`).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gradio as gr
from markupsafe import Markup

from calcqa import messages
from calcqa.conversations.feedback import Feedback
from calcqa.documents.load import SUFFIXES
from calcqa.server import logs
from calcqa.server.app import Serving, application
from calcqa.server.page import actions, asking, parts
from calcqa.server.page.mounted import Mounted
from calcqa.server.page.page import Allowed, Page, Update
from calcqa.server.page.session import Session
from calcqa.server.routes import LOGOUT
from calcqa.server.run import run
from calcqa.server.saved_documents import saved
from calcqa.server.workspaces import MEMORY

if TYPE_CHECKING:
    from calcqa.assistant import Assistant

_STATIC = Path(__file__).parent / "static"
_SCRIPTS = ("stream.js", "page.js", "places.js", "memory.js", "files.js")
_WIRE = """watch('value', () => calcqa.receive(props.value));
calcqa.connect((name, data) => (name === 'ask' ? trigger('ask', data) : trigger('act', data)));"""
_PLAIN: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Parts = dict[str, Any]
"""The page's components, by the names that updates use."""


def _carried(event: gr.EventData) -> dict[str, Any]:
    """Return what an event of the wire carries, as a plain object."""
    carried = getattr(event, "_data", None)
    return carried if isinstance(carried, dict) else {}


def build_page(page: Page, logout: str | None = None) -> gr.Blocks:
    """Return the page laid out, not yet served; `serve` adds its looks and its script.

    `logout` is the address that ends a visit, None where nobody logs in.
    """
    first = Session()
    now = page.everything(first)
    title = f"{messages.NAME}: {parts.about(page.documents(first))}"
    blocks: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as blocks:
        session = gr.State(first)
        gr.HTML(
            parts.header_html(page.documents(first), feedback=page.allowed.feedback is not None, logout=logout),
            elem_id="calcqa-head",
            **_PLAIN,
        )
        with gr.Row(elem_id="calcqa-main"):
            shown = _conversation(now) | _documents(now)
        _wire(page, blocks, session, shown)
    return blocks


def _conversation(now: Update) -> Parts:
    """Lay out the conversation: its bar, its turns, what can be asked next, and where to type."""
    with gr.Column(elem_id="calcqa-chat", min_width=0):
        gr.HTML(_part("bar", now["bar"]), elem_id="calcqa-bar", **_PLAIN)
        with gr.Column(elem_id="calcqa-log", min_width=0):
            gr.HTML(_part("past", now["past"]), elem_id="calcqa-past", **_PLAIN)
            gr.HTML(_part("live"), elem_id="calcqa-live", **_PLAIN)
            gr.HTML(_part("next", now["next"]), elem_id="calcqa-next", **_PLAIN)
        with gr.Column(elem_id="calcqa-composer", min_width=0):
            gr.HTML(_part("problem"), elem_id="calcqa-problem", **_PLAIN)
            gr.HTML(_part("scope", now["scope"]), elem_id="calcqa-scope", **_PLAIN)
            with gr.Row(elem_id="calcqa-line"):
                gr.Textbox(
                    label=messages.QUESTION,
                    show_label=False,
                    placeholder=messages.PLACEHOLDER,
                    lines=1,
                    max_lines=4,
                    container=False,
                    interactive=True,
                    elem_id="calcqa-question",
                )
                gr.Button(messages.ASK, variant="primary", min_width=0, elem_id="calcqa-ask")
                stop = gr.Button(messages.STOP, variant="stop", min_width=0, elem_id="calcqa-stop")
    return {"stop": stop}


def _documents(now: Update) -> Parts:
    """Lay out the documents: their list, one more, and the text of the one that is shown."""
    with gr.Column(elem_id="calcqa-side", min_width=0):
        gr.HTML(parts.source_head_html(), elem_id="calcqa-source-head", **_PLAIN)
        with gr.Row(elem_id="calcqa-workspace"):
            gr.HTML(_part("library", now["library"]), elem_id="calcqa-library", **_PLAIN)
            gr.HTML(parts.add_html(SUFFIXES), elem_id="calcqa-adding", **_PLAIN)
        gr.HTML(_part("progress"), elem_id="calcqa-progress", **_PLAIN)
        gr.HTML(_part("source", now["source"]), elem_id="calcqa-source", **_PLAIN)
        wire = gr.HTML(
            "", html_template="", js_on_load=_WIRE, apply_default_css=False, visible="hidden", elem_id="calcqa-wire"
        )
    return {"wire": wire}


def _part(name: str, content: str = "") -> Markup:
    """Return a part of the page that the script exchanges by its name."""
    return Markup('<div data-part="{}">{}</div>').format(name, Markup(content))  # noqa: S704 - made of escaped parts


def _wire(page: Page, blocks: gr.Blocks, session: gr.State, shown: Parts) -> None:
    """Hand every event to what answers it, and what that returns to the page's script, which puts it in its place."""
    wire = shown["wire"]

    def sent(session: Session, update: Update) -> str:
        with session.lock:
            return session.wire.message(update)

    def all_sent(session: Session, updates: Iterator[Update]) -> Iterator[str]:
        for update in updates:
            yield sent(session, update)

    def carrying(function: Callable[..., Iterator[Update]]) -> Callable[..., Iterator[str]]:
        def stream(session: Session, event: gr.EventData, request: gr.Request) -> Iterator[str]:
            data = _carried(event)
            with session.lock:
                session.user = request.username or ""
                session.wire.came(data)
            yield from all_sent(session, function(page, session, data))

        return stream

    def stopped(session: Session) -> Iterator[str]:
        yield from all_sent(session, asking.stop(page, session))

    asks = wire.ask(
        carrying(asking.ask_all), [session], [wire], concurrency_id="asking", trigger_mode="multiple", **_PRIVATE
    )
    shown["stop"].click(stopped, [session], [wire], cancels=[asks], **_PRIVATE)
    wire.act(carrying(actions.act), [session], [wire], trigger_mode="multiple", **_PRIVATE)
    # A session that is never handed back would never be forgotten by Gradio; this way it is, after its page was left.
    blocks.load(lambda session: session, [session], [session], **_PRIVATE)
    if page.allowed.save_uploads:  # somebody may have added one since the page was made
        blocks.load(lambda session: sent(session, page.library(session)), [session], [wire], **_PRIVATE)


def serve(
    assistant: Assistant,
    options: Serving = Serving(),  # noqa: B008 - frozen
    *,
    save_uploads: Path | None = None,
    feedback: Path | None = None,
    memory: int = MEMORY,
    block: bool = True,
) -> gr.Blocks:
    """Serve the page as `options` say, until interrupted; with `block=False` return at once, and serve meanwhile.

    `save_uploads` is a folder that added documents are saved in, for everybody; without, they are their session's.
    `feedback` is the file that verdicts on answers are stored in; without, none are asked for. `memory` is the bytes
    that the documents of everybody together may take.

    Raises:
        InputError: the address cannot be listened on, or a file the options name cannot be used.
    """
    with logs.logging_here(with_text=options.log_questions) if block else contextlib.nullcontext():
        assistant = saved(assistant, save_uploads) if save_uploads else assistant
        limits = replace(Allowed().limits, bytes=options.max_upload)
        store = Feedback(feedback) if feedback else None
        page = Page(assistant, Allowed(limits, save_uploads, store, options.log_questions, memory))
        blocks = build_page(page, f"{urlsplit(options.root_path).path}{LOGOUT}" if options.auth else None)
        mounted = Mounted(blocks, options, head(), theme())

        def held() -> dict[str, int]:
            return {"documents": len(assistant.index.documents), "passages": len(assistant.index.passages)}

        def stop() -> None:
            page.close()
            mounted.drop_waiting()

        def end() -> None:
            page.ended.set()
            mounted.end_streams()

        run(
            application(mounted.app, options, uploads=page.uploads, held=held),
            options,
            on_ready=lambda _: page.prepare(),
            on_stop=stop,
            on_end=end,
            block=block,
        )
    return blocks


def head() -> str:
    """Return what the page's head holds: its looks, its texts for the script, and the script."""
    style = (_STATIC / "page.css").read_text(encoding="utf-8")
    texts = json.dumps(messages.FOR_SCRIPT, ensure_ascii=False).replace("<", "\\u003c")
    scripts = "\n".join((_STATIC / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return f"<style>{style}</style><script>window.calcqaTexts = {texts};</script><script>{scripts}</script>"


def theme() -> gr.themes.Base:
    """Return a theme without fonts of its own, so that none is fetched."""
    return gr.themes.Base(font=[gr.themes.Font("sans-serif")], font_mono=[gr.themes.Font("monospace")])
