"""The page's own parts as HTML: its head, the first screen, lists of conversations and documents, notices.

Does: escape every title, name and question. Does not: render answers or documents (`rendering/`), phrase
(`messages.py`), or know what happens when something is pressed: that stands in `data-` attributes, for the page's
script.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from cachetools import LRUCache, cached
from markupsafe import Markup

from calcqa import messages
from calcqa.documents.about import about as about_document
from calcqa.server.page.examples import Example
from calcqa.types import Document

_EMPTY = Markup("")
_MOST_LINES = 40  # documents of a list that says of each what it is about: each takes some time at first


def header_html(documents: Sequence[Document], *, feedback: bool, logout: str | None = None) -> Markup:
    """Return the head of the page: name, what it is about, the notice, whether feedback is stored, the way out.

    `logout` is the address that ends a visit, None where nobody logs in.
    """
    leave = Markup('<a class="logout" href="{}">{}</a>').format(logout, messages.LOGOUT) if logout else _EMPTY
    on = Markup('<p class="notice feedback-on">{}</p>').format(messages.FEEDBACK_ON) if feedback else _EMPTY
    return Markup(
        '<header class="head"><a class="skip" href="#calcqa-question">{}</a><h1>{}</h1><p class="subtitle">{}</p>'
        '<p class="notice">{}</p>{}{}</header>'
    ).format(messages.SKIP, messages.NAME, messages.SUBTITLE.format(about=about(documents)), messages.NOTICE, on, leave)


def about(documents: Sequence[Document]) -> str:
    """Return one line that says what is asked here."""
    titles = [f"“{d.title}”" for d in documents[:3]]
    if len(documents) > 3:
        return messages.ABOUT_MANY.format(count=len(documents), titles=", ".join(titles))
    return messages.ABOUT_FEW.format(titles=messages.AND.join(filter(None, (", ".join(titles[:-1]), titles[-1]))))


def welcome_html() -> Markup:
    """Return what stands in the place of a conversation before there is one."""
    steps = (
        (messages.ASK_STEP, messages.ASK_STEP_SAYS),
        (messages.READ_STEP, messages.READ_STEP_SAYS),
        (messages.CHECK_STEP, messages.CHECK_STEP_SAYS),
    )
    items = _EMPTY.join(Markup("<li><b>{}</b> <span>{}</span></li>").format(*step) for step in steps)
    return Markup('<ol class="welcome">{}</ol>').format(items)


def examples_html(offered: Sequence[Example]) -> Markup:
    """Return the example questions of the first screen as buttons, each with its topic."""
    return _asking(messages.EXAMPLES, [(topic, " → ".join(questions), questions) for topic, questions in offered])


def next_html(questions: Sequence[str]) -> Markup:
    """Return questions to ask next as buttons."""
    return _asking(messages.NEXT, [("", q, (q,)) for q in questions])


def _asking(title: str, offered: Iterable[tuple[str, str, Sequence[str]]]) -> Markup:
    buttons = _EMPTY.join(
        Markup('<li><button type="button" data-questions="{}">{}{}</button></li>').format(
            json.dumps(questions), Markup('<span class="topic">{}</span> ').format(topic) if topic else _EMPTY, shown
        )
        for topic, shown, questions in offered
    )
    if not buttons:
        return _EMPTY
    return Markup('<nav aria-label="{}"><h2>{}</h2><ul>{}</ul></nav>').format(title, title, buttons)


def waiting_html() -> Markup:
    """Return the card of an answer that is being looked for."""
    return Markup('<section class="card waiting"><p>{}</p></section>').format(messages.SEARCHING)


def problem_html(sentence: str) -> Markup:
    """Return one sentence on why nothing was done; empty when `sentence` is."""
    return Markup('<p role="alert">{}</p>').format(sentence) if sentence else _EMPTY


def notice_html(sentence: str) -> Markup:
    """Return one sentence on what was done; empty when `sentence` is."""
    return Markup('<p class="done" role="status">{}</p>').format(sentence) if sentence else _EMPTY


def lost_html(ids: Sequence[str]) -> Markup:
    """Return the sentence on conversations that could not be read, and a way to have the browser forget them."""
    button = Markup('<button type="button" data-do="forget" data-ids="{}">{}</button>').format(
        " ".join(ids), messages.FORGET
    )
    return Markup('<p role="alert">{} {}</p>').format(messages.NOT_RESTORED, button if ids else _EMPTY)


def joined(pieces: Iterable[Markup]) -> Markup:
    """Return pieces of markup one after another."""
    return _EMPTY.join(pieces)


def bar_html(names: Sequence[tuple[str, str]], current: str) -> Markup:
    """Return the bar over the conversation: which it is, the others, a new one, and how to take it along.

    `names` are the ids and names of the conversations, the newest first.
    """
    here = dict(names).get(current, "")
    rows = _EMPTY.join(_conversation_html(i, name or messages.UNTITLED, i == current) for i, name in names)
    rename = Markup(
        '<form data-do="rename"><label>{} <input name="name" value="{}" maxlength="80" autocomplete="off" required>'
        '</label> <button type="submit">{}</button></form>'
    ).format(messages.NAME_LABEL, here, messages.RENAME)
    menu = Markup(
        '<details class="menu" id="calcqa-conversations"><summary><span class="{}">{}</span>'
        '<span class="name">{}</span></summary><div><ul>{}</ul>{}<p>{}</p></div></details>'
    ).format("sr" if here else "", messages.CONVERSATIONS, f" {here}" if here else "", rows, rename, messages.KEPT_HERE)
    kinds = _EMPTY.join(
        Markup('<li><button type="button" data-do="export" data-kind="{}">{}</button></li>').format(kind, label)
        for kind, label in messages.EXPORT_AS.items()
    )
    export = Markup(
        '<details class="menu" id="calcqa-export"><summary>{}</summary><div><ul>{}</ul></div></details>'
    ).format(messages.EXPORT, kinds)
    new = Markup('<button type="button" id="calcqa-new" data-do="new">{}</button>').format(messages.NEW)
    heading = Markup('<h2 class="sr">{}</h2>').format(messages.CONVERSATION)
    return Markup('<div class="bar">{}{}<span class="bar-end">{}{}</span></div>').format(heading, menu, new, export)


def _conversation_html(id: str, name: str, here: bool) -> Markup:  # noqa: A002 - what it is
    current = Markup(' aria-current="true"') if here else _EMPTY
    return Markup(
        '<li><button type="button" class="open" data-do="switch" data-id="{}"{}>{}</button>'
        '<button type="button" class="remove" data-do="delete" data-id="{}" data-sure="{}" aria-label="{}">{}</button>'
        "</li>"
    ).format(
        id,
        current,
        name,
        id,
        messages.DELETE_SURE.format(name=name),
        messages.DELETE_ONE.format(name=name),
        messages.DELETE,
    )


def library_html(documents: Sequence[Document], own: Collection[str], shown: str, hint: str) -> Markup:
    """Return what can be asked, with sections and size; what a person added (`own`, by id) can be removed."""
    few = len(documents) <= _MOST_LINES
    rows = _EMPTY.join(_document_html(d, d.id in own, d.id == shown, few) for d in documents)
    return Markup(
        '<details class="menu" id="calcqa-documents"><summary>{} <span class="count">{}</span></summary>'
        '<div><ul class="library">{}</ul><p>{}</p></div></details>'
    ).format(messages.DOCUMENTS, len(documents), rows, hint)


@cached(LRUCache(10_000), key=lambda document: document.sha256)
def _words(document: Document) -> int:
    """Return how many words a text has: counted once, since the list of a library is shown again and again."""
    return len(document.text.split())


def _document_html(document: Document, own: bool, shown: bool, with_line: bool) -> Markup:
    line = about_document(document).line if with_line else ""
    sections = sum(s.level > 1 for s in document.sections)
    facts = messages.FACTS.format(sections=sections, s="" if sections == 1 else "s", words=_words(document))
    remove = _EMPTY
    if own:
        remove = Markup(
            '<button type="button" class="remove" data-do="remove" data-document="{}" aria-label="{}">{}</button>'
        ).format(document.id, messages.REMOVE_ONE.format(title=document.title), messages.REMOVE)
    return Markup(
        '<li><button type="button" class="open" data-do="show" data-document="{}"{}>{}</button>'
        '{}<span class="facts">{}{}</span>{}</li>'
    ).format(
        document.id,
        Markup(' aria-current="true"') if shown else _EMPTY,
        document.title,
        Markup('<span class="subject">{}</span>').format(line) if line else _EMPTY,
        facts,
        f" · {messages.OWN}: {document.source}" if own else "",
        remove,
    )


def scope_html(documents: Sequence[Document], scope: str) -> Markup:
    """Return the choice of what to ask: all documents or one; nothing where there is one."""
    if len(documents) < 2:
        return _EMPTY
    options = _EMPTY.join(
        Markup('<option value="{}"{}>{}</option>').format(i, Markup(" selected") if i == scope else _EMPTY, name)
        for i, name in [("", messages.ASK_ALL), *((d.id, d.title) for d in documents)]
    )
    return Markup('<label class="scope">{} <select data-do="scope" name="document">{}</select></label>').format(
        messages.ASK_IN, options
    )


def add_html(suffixes: Sequence[str]) -> Markup:
    """Return the button that adds documents; files with these suffixes are offered."""
    return Markup(
        '<button type="button" id="calcqa-add">{}</button>'
        '<input type="file" id="calcqa-files" multiple hidden accept="{}">'
    ).format(messages.ADD, ",".join(suffixes))


def progress_html(name: str, stage: str, share: float) -> Markup:
    """Return how far a document that is being added has come; `share` is 0..1."""
    label = messages.ADDING.format(name=name)
    return Markup('<p class="adding"><label>{} · {} <progress max="100" value="{}"></progress></label></p>').format(
        label, messages.STAGES.get(stage, stage), round(share * 100)
    )


def source_head_html() -> Markup:
    """Return the head of the source pane; the page's script writes into it where the shown quote stands."""
    return Markup(
        '<div class="source-head"><h2>{}</h2><p id="calcqa-where" role="status">{}</p>'
        '<span id="calcqa-steps" hidden><button type="button" data-step="-1" aria-label="{}">‹</button>'
        '<span id="calcqa-step"></span><button type="button" data-step="1" aria-label="{}">›</button></span>'
        '<button type="button" id="calcqa-link" data-tip="{}" hidden>{}</button>'
        '<button type="button" id="calcqa-back" hidden>{}</button></div>'
    ).format(
        messages.SOURCE,
        messages.SOURCE_HINT,
        messages.PREVIOUS,
        messages.FOLLOWING,
        messages.LINK_HINT,
        messages.LINK,
        messages.BACK,
    )
