"""Reads a scanned page by optical character recognition: by rapidocr where it is installed, else by tesseract.

Recognition errs. A document read in this way says so in its metadata, and quotes from it are quotes of what was
recognised. Nothing is fetched: rapidocr's models come with its package (the extra `calcqa[ocr]`), tesseract is used
where it is on the path.
"""

from __future__ import annotations

import csv
import functools
import importlib.util
import io
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from calcqa.documents.pdf.lines import Line

_DOTS = 200  # an inch
_MOST_PIXELS = 12_000_000
_SECONDS = 120  # for one page
_SURE = 0.5  # of 1: what is recognised less surely is left out
_GUTTER = 0.012  # of the page's width, between two columns
_COLUMN_LINES = 3  # a column has at least as many
_HEIGHT = 0.72  # a font's size, in heights of the box around its line


def available() -> bool:
    """Say whether there is a program that recognises text."""
    return importlib.util.find_spec("rapidocr") is not None or shutil.which("tesseract") is not None


def read_scan(page: Any, number: int) -> list[Line]:
    """Return the lines of the pdfium page numbered `number` in reading order; boxes are in points of the page.

    The page must not be rotated or cropped beyond what pdfium undoes when it draws it.
    """
    width, height = page.get_size()
    scale = min(_DOTS / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    rapid = importlib.util.find_spec("rapidocr") is not None
    boxes = _by_rapidocr(image) if rapid else _by_tesseract(image)
    lines = [_line(text, box, scale, height, number) for text, box in boxes if text.strip()]
    return in_columns(lines) if rapid else lines


Recognised = list[tuple[str, tuple[float, float, float, float]]]
"""Texts and their boxes in pixels: left, top, right, bottom."""


@functools.cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def _by_rapidocr(image: Any) -> Recognised:
    import numpy as np

    result = _engine()(np.asarray(image)[:, :, ::-1])
    if result.boxes is None:
        return []
    read: Recognised = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if score >= _SURE:
            xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            read.append((str(text), (min(xs), min(ys), max(xs), max(ys))))
    return read


def _by_tesseract(image: Any) -> Recognised:
    file = io.BytesIO()
    image.save(file, "PNG")
    command = [shutil.which("tesseract") or "tesseract", "stdin", "stdout", "--psm", "3", "tsv"]
    done = subprocess.run(
        command, input=file.getvalue(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=True
    )
    return tesseract_lines(done.stdout.decode("utf-8", "replace"))


def tesseract_lines(table: str) -> Recognised:
    """Return the lines in tesseract's table of words (`tsv`), in its order."""
    words: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip() and float(row["conf"]) >= 0:
            words[row["block_num"], row["par_num"], row["line_num"]].append(row)
    read: Recognised = []
    for line in words.values():
        left = [(int(w["left"]), int(w["top"])) for w in line]
        right = [(x + int(w["width"]), y + int(w["height"])) for w, (x, y) in zip(line, left, strict=True)]
        text = " ".join(w["text"] for w in line)
        read.append((text, (*map(min, zip(*left, strict=True)), *map(max, zip(*right, strict=True)))))
    return read


def _line(text: str, box: tuple[float, float, float, float], scale: float, height: float, number: int) -> Line:
    left, top, right, bottom = (edge / scale for edge in box)
    text = " ".join(text.split())
    size = round((bottom - top) * _HEIGHT, 1)
    return Line(
        page=number,
        text=text,
        size=size,
        bold=False,
        italic=False,
        family="",
        turn=0,
        x0=left,
        x1=right,
        base=height - bottom + 0.22 * size,
        box=(round(left, 1), round(height - bottom, 1), round(right, 1), round(height - top, 1)),
        cells=((0, len(text), left, right),),
        broken=text.endswith("-") and text[-2:-1].isalpha(),
    )


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` in reading order: column after column, and from the top down within each.

    Method: the page is cut along its widest empty strip, upright or across, and so is each part (recursive XY cut;
    Nagy and Seth 1984).
    """
    if len(lines) < 2:
        return list(lines)
    page = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    upright = _widest_gap([(line.x0, line.x1) for line in lines])
    if upright is not None and upright[1] >= _GUTTER * page:
        left = [line for line in lines if line.x1 <= upright[0]]
        right = [line for line in lines if line.x1 > upright[0]]
        if min(len(left), len(right)) >= _COLUMN_LINES:
            return in_columns(left) + in_columns(right)
    across = _widest_gap([(line.box[1], line.box[3]) for line in lines])
    if across is not None:
        above = [line for line in lines if line.box[1] >= across[0]]
        below = [line for line in lines if line.box[1] < across[0]]
        return in_columns(above) + in_columns(below)
    return sorted(lines, key=lambda line: (-line.base, line.x0))


def _widest_gap(intervals: list[tuple[float, float]]) -> tuple[float, float] | None:
    """Return where the widest stretch that no interval covers begins, and its width; None where there is none."""
    best: tuple[float, float] | None = None
    reached = min(start for start, _ in intervals)
    for start, end in sorted(intervals):
        if start > reached and (best is None or start - reached > best[1]):
            best = (reached, start - reached)
        reached = max(reached, end)
    return best
