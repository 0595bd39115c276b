"""Answers and documents as prose and markup: Markdown, HTML, references.

Markup is made here and nowhere earlier, and every text that comes from a document or a person is escaped here. One file
a kind: `markdown`, `cards` (answers), `document`, `references` (AMA); `phrases` and `confidence` have what they share.
None of them decides anything or searches prose.
"""

from calcqa.rendering.cards import View, answer_html, conversation_html, turn_html
from calcqa.rendering.confidence import word
from calcqa.rendering.document import about_html, document_html, outline_html, source_html
from calcqa.rendering.markdown import plain, to_markdown
from calcqa.rendering.phrases import disagreed, mark_id, place, searched, section_id, understood, unsaid, where
from calcqa.rendering.references import reference

__all__ = [
    "View",
    "about_html",
    "answer_html",
    "conversation_html",
    "disagreed",
    "document_html",
    "mark_id",
    "outline_html",
    "place",
    "plain",
    "reference",
    "searched",
    "section_id",
    "source_html",
    "to_markdown",
    "turn_html",
    "understood",
    "unsaid",
    "where",
    "word",
]
