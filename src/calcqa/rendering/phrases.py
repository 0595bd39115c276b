"""What every rendering of an answer shares: ids of places, and the sentences around the quotes.

Does not: make markup of any kind.
"""

from __future__ import annotations

from calcqa import messages
from calcqa.types import Abstention, Answer, Citation


def mark_id(document_id: str, start: int, end: int) -> str:
    """Return the id under which a cited span stands in `document_html`."""
    return f"quote-{document_id}-{start}-{end}"


def section_id(document_id: str, start: int) -> str:
    """Return the id of the heading of the section that starts at `start`."""
    return f"section-{document_id}-{start}"


def place(citation: Citation) -> str:
    """Return where a quote stands, in words: section, page, characters (half-open code points), what it stands below.

    The sentence before it is given where it needs that. A section that is the document's title is not named.
    """
    at = where(citation.start, citation.end, citation.page, citation.ocr)
    at += messages.BELOW.format(lead=lead(citation)) if citation.context else ""
    at += messages.AFTER.format(before=" ".join(citation.before.split())) if citation.before else ""
    return messages.AT.format(section=citation.section, where=at) if citation.section != citation.document_title else at


def lead(citation: Citation) -> str:
    """Return what a quote cannot be read without on one line: an item's lead-in, a row's caption and header."""
    return " / ".join(" ".join(text.split()) for text in citation.context)


def where(start: int, end: int, page: int | None = None, ocr: bool = False) -> str:
    """Return where a quote stands within its section, in words."""
    on_page = messages.ON_PAGE.format(page=page) if page else ""
    return on_page + messages.CHARACTERS.format(start=start, end=end) + (messages.OCR if ocr else "")


def understood(answer: Answer) -> str | None:
    """Return the question as it was understood, where that is not what was typed."""
    typed, read = (" ".join(q.split()).rstrip(" ?.!").casefold() for q in (answer.question, answer.standalone_question))
    return answer.standalone_question if typed != read else None


def unsaid(answer: Answer) -> list[str]:
    """Return what an answer lacks: the parts of the question without one, and that only some documents were asked."""
    sentences = []
    if answer.unanswered:
        sentences.append(messages.UNSAID.format(parts="; ".join(f"“{part}”" for part in answer.unanswered)))
    if some := answer.some_asked:
        sentences.append(messages.ONLY_SOME.format(asked=some.asked, holding=some.holding))
    return sentences


def disagreed(answer: Answer) -> list[str]:
    """Return a sentence for each disagreement, with the words in which quotes differ and their numbers."""
    return [
        messages.DISAGREE.format(
            words=messages.AND.join(f"“{w}” [{n}]" for n, w in zip(d.citations, d.words, strict=False))
        )
        for d in answer.disagreements
    ]


def searched(abstention: Abstention) -> str:
    """Return the sentence on what was searched in vain; empty where nothing was."""
    if abstention.unknown_report:
        return ""
    n = abstention.passages_searched
    return messages.SEARCHED.format(count=n, s="" if n == 1 else "s")


def untold(answer: Answer, abstention: Abstention) -> list[str]:
    """Return the terms that never occur, unless the answer's own sentence names every one of them."""
    return [] if all(t in answer.text for t in abstention.unknown_terms) else list(abstention.unknown_terms)
