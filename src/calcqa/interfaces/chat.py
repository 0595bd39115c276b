"""The page: a chat beside the text it quotes. Thin: it lays the parts out and wires their events.

Does: name the components, hand events to `asking.py`, `acting.py` and `adding.py`, and put what these return where it
belongs. Does not: hold logic, markup (`parts.py`, `rendering/`) or texts (`texts.py`), or serve (`serving.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from calcqa import texts
from calcqa.feedback import Feedback
from calcqa.interfaces import acting, adding, asking, parts
from calcqa.interfaces.pages import Allowed, Page, Update
from calcqa.interfaces.serving import Serving, run
from calcqa.interfaces.session import Session
from calcqa.loaders import SUFFIXES
from calcqa.shelf import saved

if TYPE_CHECKING:
    from calcqa.assistant import Assistant

_HERE = Path(__file__).parent
_SCRIPTS = ("page.js", "places.js", "memory.js")
_WIRE = """calcqa.connect((name, data) => (name === 'ask' ? trigger('ask', data) : trigger('act', data)));
watch('value', () => calcqa.receive(props.value));"""
_PLAIN: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Parts = dict[str, Any]
"""The page's components, by the names that updates use."""


@dataclass(frozen=True, slots=True)
class _Event:
    """What an event of the wire carries, as a plain object."""

    data: dict[str, Any]

    @classmethod
    def of(cls, event: gr.EventData) -> _Event:
        carried = getattr(event, "_data", None)
        return cls(carried if isinstance(carried, dict) else {})


def build_page(assistant: Assistant, allowed: Allowed | None = None) -> gr.Blocks:
    """Return the page over `assistant`, not yet served; `serve` adds its looks and its script."""
    page = Page(assistant, allowed)
    first = Session()
    now = page.everything(first)
    title = f"{texts.NAME}: {parts.about(page.documents(first))}"
    blocks: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as blocks:
        session = gr.State(first)
        gr.HTML(
            parts.header_html(page.documents(first), feedback=page.allowed.feedback is not None),
            elem_id="calcqa-head",
            **_PLAIN,
        )
        with gr.Row(elem_id="calcqa-main"):
            shown = _conversation(now) | _documents(now, page.allowed)
        _wire(page, blocks, session, shown)
    return blocks


def _conversation(now: Update) -> Parts:
    """Lay out the conversation: its bar, what was said, what can be asked next, and where to type."""
    with gr.Column(elem_id="calcqa-chat", min_width=0):
        bar = gr.HTML(now["bar"], elem_id="calcqa-bar", **_PLAIN)
        with gr.Column(elem_id="calcqa-log", min_width=0):
            past = gr.HTML(now["past"], elem_id="calcqa-past", **_PLAIN)
            live = gr.HTML("", elem_id="calcqa-live", **_PLAIN)
            following = gr.HTML(now["next"], elem_id="calcqa-next", **_PLAIN)
        with gr.Column(elem_id="calcqa-composer", min_width=0):
            problem = gr.HTML("", elem_id="calcqa-problem", **_PLAIN)
            scope = gr.HTML(now["scope"], elem_id="calcqa-scope", **_PLAIN)
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
                stop = gr.Button(texts.STOP, variant="stop", min_width=0, elem_id="calcqa-stop")
    return {
        "bar": bar,
        "past": past,
        "live": live,
        "next": following,
        "problem": problem,
        "scope": scope,
        "box": box,
        "send": send,
        "stop": stop,
    }


def _documents(now: Update, allowed: Allowed) -> Parts:
    """Lay out the documents: their list, one more, and the text of the one that is shown."""
    with gr.Column(elem_id="calcqa-side", min_width=0):
        gr.HTML(parts.source_head_html(), elem_id="calcqa-source-head", **_PLAIN)
        with gr.Row(elem_id="calcqa-shelf"):
            library = gr.HTML(now["library"], elem_id="calcqa-library", **_PLAIN)
            add = gr.UploadButton(
                texts.ADD,
                file_count="multiple",
                file_types=list(SUFFIXES),
                size="sm",
                min_width=0,
                elem_id="calcqa-add",
            )
        progress = gr.HTML("", elem_id="calcqa-progress", **_PLAIN)
        source = gr.HTML(now["source"], elem_id="calcqa-source", **_PLAIN)
        wire = gr.HTML(
            "", html_template="", js_on_load=_WIRE, apply_default_css=False, visible="hidden", elem_id="calcqa-wire"
        )
    return {"library": library, "add": add, "progress": progress, "source": source, "wire": wire}


def _wire(page: Page, blocks: gr.Blocks, session: gr.State, shown: Parts) -> None:
    """Hand every event to what answers it, and what that returns to the components it names."""
    box, wire = shown["box"], shown["wire"]

    def placed(update: Update) -> dict[Any, Any]:
        return {shown[name]: value for name, value in update.items()} or {wire: gr.skip()}

    def streaming(function: Callable[..., Iterator[Update]]) -> Callable[..., Iterator[dict[Any, Any]]]:
        def stream(*arguments: Any) -> Iterator[dict[Any, Any]]:
            for update in function(*arguments):
                yield placed(update)

        return stream

    def asked(session: Session, event: gr.EventData) -> Iterator[dict[Any, Any]]:
        yield from map(placed, asking.ask_all(page, session, _Event.of(event).data))

    def acted(session: Session, event: gr.EventData) -> Iterator[dict[Any, Any]]:
        yield from map(placed, acting.act(page, session, _Event.of(event).data))

    typed = streaming(lambda session, question: asking.ask(page, session, question))
    added = streaming(lambda session, files: adding.add(page, session, [Path(f) for f in files or []]))
    outputs = [part for name, part in shown.items() if name not in ("add", "send", "stop")]
    asks = [
        gr.on([box.submit, shown["send"].click], typed, [session, box], outputs, trigger_mode="multiple", **_PRIVATE),
        wire.ask(asked, [session], outputs, trigger_mode="multiple", **_PRIVATE),
    ]
    stopped = streaming(lambda session: asking.stop(page, session))
    shown["stop"].click(stopped, [session], outputs, cancels=asks, **_PRIVATE)
    wire.act(acted, [session], outputs, trigger_mode="multiple", **_PRIVATE)
    if page.allowed.save_uploads:  # somebody may have added one since the page was made
        blocks.load(lambda session: placed(page.library(session)), [session], outputs, **_PRIVATE)
    shown["add"].upload(added, [session, shown["add"]], outputs, **_PRIVATE)


def serve(
    assistant: Assistant,
    options: Serving = Serving(),  # noqa: B008 - frozen
    *,
    save_uploads: Path | None = None,
    feedback: Path | None = None,
    block: bool = True,
) -> gr.Blocks:
    """Serve the page as `options` say, until interrupted; with `block=False` return at once, and serve meanwhile.

    `save_uploads` is a folder that added documents are saved in, for everybody; without, they are their session's.
    `feedback` is the file that verdicts on answers are stored in; without, none are asked for.

    Raises:
        InputError: the address cannot be listened on, or a file the options name cannot be used.
    """
    assistant = saved(assistant, save_uploads) if save_uploads else assistant
    limits = replace(Allowed().limits, bytes=options.max_upload)
    store = Feedback(feedback) if feedback else None
    allowed = Allowed(limits, save_uploads, store, options.log_questions)
    blocks = build_page(assistant, allowed)
    run(blocks, options, head=head(), theme=theme(), assistant=assistant, block=block)
    return blocks


def head() -> str:
    """Return what the page's head holds: its looks, its texts for the script, and the script."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    said = json.dumps(texts.FOR_SCRIPT, ensure_ascii=False).replace("<", "\\u003c")
    scripts = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return f"<style>{style}</style><script>window.calcqaTexts = {said};</script><script>{scripts}</script>"


def theme() -> gr.themes.Base:
    """Return a theme without fonts of its own, so that none is fetched."""
    return gr.themes.Base(font=[gr.themes.Font("sans-serif")], font_mono=[gr.themes.Font("monospace")])
