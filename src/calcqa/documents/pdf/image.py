"""Draws a page of a PDF with the places of quotes marked."""

from __future__ import annotations

import io
from collections.abc import Sequence

from calcqa.documents import messages
from calcqa.documents.pdf.lines import Box
from calcqa.documents.pdf.loader import opened
from calcqa.documents.pdf.visible import Pixels
from calcqa.errors import DocumentError
from calcqa.types import Document, Place, Span

_SCALE = 2.0  # pixels a point
_MOST_PIXELS = 8_000_000
_MARK = (255, 230, 90)
_MARGIN = 1.0  # points around a box


def page_image(
    data: bytes, document: Document, spans: Sequence[Span], page: int | None = None, scale: float = _SCALE
) -> bytes:
    """Return a page as PNG, with the runs that `spans` of the document touch marked in yellow.

    `data` are the bytes the document was loaded from. Without `page`, from 1, it is the one on which the first span
    begins. `scale` is in pixels a point. A page that is turned is drawn as it is read.

    Raises `DocumentError` if the file cannot be opened, or has no such page, or the spans stand on none.
    """
    places = [(place, span) for span in spans for place in document.places_of(span)]
    if page is None:
        page = places[0][0].page if places else None
    with opened(data, document.source) as pdf:
        if page is None or not 1 <= page <= len(pdf):
            raise DocumentError(messages.PDF_NO_PAGE.format(name=document.source))
        drawn = pdf[page - 1]
        width, height = drawn.get_size()
        scale = min(scale, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        bitmap = drawn.render(scale=scale)
        to_pixels = Pixels(drawn, bitmap.width, bitmap.height)
        image = bitmap.to_pil().convert("RGB")
        drawn.close()
    from PIL import Image, ImageChops

    marks = Image.new("RGB", image.size, (255, 255, 255))
    for place, span in places:
        if place.page == page:
            left, bottom, right, top = narrowed(place, span)
            box = to_pixels.box((left - _MARGIN, bottom - _MARGIN, right + _MARGIN, top + _MARGIN))
            x0, y0, x1, y1 = map(round, box)
            marks.paste(_MARK, (x0, y0, x1, y1))
    file = io.BytesIO()
    ImageChops.multiply(image, marks).save(file, "PNG")  # the text stays as dark as it is
    return file.getvalue()


def narrowed(place: Place, span: Span) -> Box:
    """Return the part of a place's box that a span has, by its share of the run's length.

    A run that stands upright is not narrowed: its box is higher than wide.
    """
    left, bottom, right, top = place.box
    if right - left < top - bottom:
        return place.box
    width, length = right - left, max(1, place.end - place.start)
    start, end = max(0, span.start - place.start), min(length, span.end - place.start)
    return (left + width * start / length, bottom, left + width * end / length, top)
