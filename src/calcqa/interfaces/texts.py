"""What the page says: its texts, and the example questions it offers.

Does: hold every sentence of the page that is not part of an answer, and the markup of its fixed parts. Does not: render
answers or documents (`rendering.py`), or answer anything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from markupsafe import Markup

from calcqa.domain import Document
from calcqa.index import Index

NAME = "calcqa"
NOTICE = "For reading the text, not for treating a patient: this is no medical advice."
WELCOME = "Ask about the text. Answers are its own sentences, each with a number that opens the place it comes from."
REFUSALS = "Where the text does not say, you are told so."
PLACEHOLDER = "Ask a question, or a follow-up"
QUESTION = "Your question"
ASK = "Ask"
NEW = "New conversation"
SAVE = "Save as JSON"
NOTHING_TO_SAVE = "There is nothing to save yet; ask a question first."
SEARCHING = "Searching…"
SOURCE = "The text"
SOURCE_HINT = "Choose a number such as [1] in an answer to see its quote here."
BACK = "Back to the answer"
DOCUMENT = "Document"
EXAMPLES = "Example questions"
SERVING = "Open this in a browser (Ctrl+C ends it):"

Example = tuple[str, tuple[str, ...]]
"""A topic, and the questions to ask one after another."""

CURATED: dict[str, tuple[Example, ...]] = {
    "calcinosis universalis": (
        ("Presentation", ("What did the wound culture grow?",)),
        ("Disease", ("How common is calcinosis universalis?",)),
        ("Classification", ("Which five types of calcification are there?",)),
        ("Management", ("Which drugs have been tried?",)),
        ("A follow-up", ("What is tumoral calcification?", "And the metastatic type?")),
        ("Not in the report", ("Which dose of diltiazem was given?",)),
    )
}
"""Examples for the report that ships, by its title."""

_MOST = 5


def examples(index: Index) -> tuple[Example, ...]:
    """Return example questions: those written for a known report, else some asked ahead, one from each section."""
    for document in index.documents.values():
        if found := CURATED.get(document.title.casefold()):
            return found
    chosen: dict[str, Example] = {}
    for asked in index.asked:
        if asked.evidence and len(chosen) < _MOST:
            document = index.documents[asked.document_id]
            topic = (*document.headings_at(asked.evidence[0].start), document.title)[0]
            chosen.setdefault(topic, (topic, (asked.question,)))
    gap = next((a for a in index.asked if a.gap and a.document_id), None)
    return (*chosen.values(), *([("Not in the text", (gap.question,))] if gap else []))


def subtitle(documents: Sequence[Document]) -> str:
    """Return one line that says what is asked here."""
    titles = [f"“{d.title}”" for d in documents[:3]]
    if len(documents) > 3:
        return f"Questions about {len(documents)} documents, among them {', '.join(titles)}"
    return f"Questions about {' and '.join(filter(None, (', '.join(titles[:-1]), titles[-1])))}"


def header_html(documents: Sequence[Document]) -> Markup:
    """Return the head of the page: name, what it is about, and the notice."""
    return Markup(
        '<div class="head"><h1>{}</h1><p class="subtitle">{}, answered word for word</p><p class="notice">{}</p></div>'
    ).format(NAME, subtitle(documents), NOTICE)


def welcome_html() -> Markup:
    """Return what stands in the place of a conversation before there is one."""
    return Markup('<div class="welcome"><p>{}</p><p>{}</p></div>').format(WELCOME, REFUSALS)


def examples_html(offered: Sequence[Example], *, unfolded: bool) -> Markup:
    """Return the example questions as buttons by topic, unfolded before the first question and folded after it."""
    buttons = Markup("").join(
        Markup('<li><button type="button" data-ask="{}"><span class="topic">{}</span> {}</button></li>').format(
            json.dumps(questions), topic, " → ".join(questions)
        )
        for topic, questions in offered
    )
    if not buttons:
        return Markup("")
    return Markup("<details{}><summary>{}</summary><ul>{}</ul></details>").format(
        Markup(" open") if unfolded else "", EXAMPLES, buttons
    )


def waiting_html() -> Markup:
    """Return the card of an answer that is being looked for."""
    return Markup('<section class="card waiting"><p>{}</p></section>').format(SEARCHING)


def problem_html(sentence: str) -> Markup:
    """Return one sentence on why nothing was asked; empty when `sentence` is."""
    return Markup('<p role="alert">{}</p>').format(sentence) if sentence else Markup("")


def source_head_html() -> Markup:
    """Return the head of the source pane; the page's script writes into it where the shown quote stands."""
    return Markup(
        '<div class="source-head"><h2>{}</h2><p id="calcqa-where" role="status">{}</p>'
        '<button type="button" id="calcqa-back" hidden>{}</button></div>'
    ).format(SOURCE, SOURCE_HINT, BACK)
