"""An answer as CommonMark: the quotes with [n], then what each n refers to; or the abstention.

Does: escape what Markdown could take for markup. Does not: make HTML (`cards.py`), or phrase a refusal.
"""

from __future__ import annotations

import re

from calcqa import messages
from calcqa.rendering.phrases import disagreed, place, searched, understood, unsaid, untold
from calcqa.types import Abstention, Answer

_MARKDOWN = re.compile(r"[\\`*_\[\]<>~$]")  # what CommonMark and its usual extensions could take for markup
_LINE_START = re.compile(r"^(\d*)([-+=#.])")


def to_markdown(answer: Answer) -> str:
    """Return the answer as CommonMark: the quotes with [n], then what each n refers to; or the abstention.

    Characters are half-open offsets into the document's text.
    """
    lines = []
    if question := understood(answer):
        lines += [f"{messages.UNDERSTOOD}: {plain(question)}", ""]
    if answer.abstention:
        return "\n".join(lines + _refused(answer, answer.abstention)) + "\n"
    for citation in answer.citations:
        if citation.short_answer:
            lines += [f"> **{plain(citation.short_answer)}**", ">"]
        lines += [f"> {plain(citation.quote)} [{citation.number}]", ">"]
    lines[-1] = ""
    for sentence in (*disagreed(answer), *unsaid(answer)):
        lines += [plain(sentence), ""]
    lines += [messages.SOURCES, ""]
    for c in answer.citations:
        lines.append(f"{c.number}. {plain(c.document_title)}, {plain(place(c))}")
    return "\n".join(lines) + "\n"


def _refused(answer: Answer, abstention: Abstention) -> list[str]:
    lines = [plain(answer.text), "", searched(abstention)]
    if missing := untold(answer, abstention):
        lines += ["", f"{messages.NEVER_OCCUR} {', '.join(plain(t) for t in missing)}."]
    if abstention.nearest:
        lines += ["", f"{messages.NEAREST}, {messages.NOT_AN_ANSWER}:", ""]
        lines += [f"- {plain(' › '.join((*h.passage.headings, h.passage.text)))}" for h in abstention.nearest]
    return lines


def plain(text: str) -> str:
    """Return `text` on one line, so that Markdown shows it as it is."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()).replace("&", "&amp;"))
    return _LINE_START.sub(r"\1\\\2", re.sub(r"^(\d+)(?=\))", r"\1\\", escaped))
