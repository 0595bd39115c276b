"""Where a quote stands in a document: as it is written, or else as it reads (`language/folding.py`)."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from rapidfuzz import fuzz

from calcqa.language.folding import Folded, fold, folded, without_hyphens
from calcqa.types import Document, Span

_NEAR = 60  # percent of alike characters (rapidfuzz's partial ratio) from which a text is named as the nearest
_MOST_COMPARED = 2_000  # code points of a quote for which the nearest text is looked for
_SHOWN = 80  # code points of a quote in an error


def place_of(quote: str, document: Document) -> Span:
    """Return the one place of `quote` in the text of `document`.

    Raises:
        ValueError: it stands nowhere, or more than once; the error names the place of the nearest text.
    """
    places = places_of(quote, document)
    if len(places) == 1:
        return places[0]
    if places:
        raise ValueError(f"the quote stands more than once in {document.source}: {_short(quote)}")
    raise ValueError(f"the quote does not stand in {document.source}: {_short(quote)}{_nearest(quote, document)}")


def places_of(quote: str, document: Document) -> list[Span]:
    """Return the first two places of `quote` in the text of `document`, at most; those as it is written come first."""
    if places := _starts(quote, document.text):
        return [Span(start, start + len(quote)) for start in places]
    for wanted, text in _alike(quote, document.text):
        if places := _starts(wanted.text, text.text):
            return [text.span(start, start + len(wanted.text)) for start in places]
    return []


def _alike(quote: str, text: str) -> Iterator[tuple[Folded, Folded]]:
    """Yield a quote and a text as they read, then without the hyphens that the ends of lines may have made."""
    wanted, there = folded(quote), _folded(text)
    yield wanted, there
    yield without_hyphens(wanted), without_hyphens(there)


def _starts(quote: str, text: str) -> list[int]:
    first = text.find(quote) if quote else -1
    again = text.find(quote, first + 1) if first >= 0 else -1
    return [start for start in (first, again) if start >= 0]


@functools.lru_cache(maxsize=4)
def _folded(text: str) -> Folded:
    return folded(text)


def _nearest(quote: str, document: Document) -> str:
    """Return which text is nearest to a quote, and where it stands; empty where none is near."""
    wanted, text = fold(quote)[:_MOST_COMPARED], _folded(document.text)
    near = fuzz.partial_ratio_alignment(wanted, text.text, score_cutoff=_NEAR) if wanted else None
    if near is None or near.dest_start >= near.dest_end:
        return ""
    span = text.span(near.dest_start, near.dest_end)
    section = " › ".join(document.headings_at(span.start)) or document.title
    here = _short(document.text[span.start : span.end])
    return f"; the nearest text stands at {span.start}-{span.end}, in {section!r}: {here}"


def _short(quote: str) -> str:
    return repr(quote if len(quote) <= _SHOWN else quote[: _SHOWN - 3] + "…")
