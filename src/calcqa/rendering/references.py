"""A reference for a quote, in the manner of the AMA Manual of Style (11th ed., 2020, ch. 3): plain text.

A journal article is "Authors. Title. Journal. Year;Volume(Issue):Pages.", a document without a journal its title and
file. The quote stands first, and where it stands in the document last, since that is what can be checked. Does: use
what the metadata say. Does not: look anything up, or abbreviate a journal whose abbreviation the metadata lack.
"""

from __future__ import annotations

from calcqa import messages
from calcqa.rendering.phrases import place
from calcqa.types import Citation, Document


def reference(citation: Citation, document: Document) -> str:
    """Return the quote in quotation marks and the reference of where it stands, on one line."""
    quote = " ".join(citation.quote.split())
    restated = f" {messages.RESTATED}" if document.metadata.get("restatement") else ""
    return f"“{quote}” {work(document)} {place(citation)}.{restated}"


def work(document: Document) -> str:
    """Return the reference of the document itself."""
    m = document.metadata
    title = document.title.rstrip(". ")
    head = f"{m['authors'].rstrip('. ')}. {title}." if m.get("authors") else f"{title}."
    journal = (m.get("journal_abbreviation") or m.get("journal", "")).rstrip(". ")
    if not journal:
        return f"{head} {document.source}."
    issue = f"({m['issue']})" if m.get("issue") else ""
    pages = f":{m['pages'].replace('–', '-')}" if m.get("pages") else ""
    volume = f"{m.get('volume', '')}{issue}{pages}"
    dated = ";".join(p for p in (m.get("year", ""), volume) if p)
    return f"{head} {journal}. {dated}." if dated else f"{head} {journal}."
