"""Splitters of sentences side by side, over two sets divided by hand: docs/documents.md has the table.

    python -m benchmarks.quality.sentences [--reports FILE]

The first set is invented and whole here (`tests/language/sentences.txt`). Of the second, real case reports, only places
are kept (`report_sentences.jsonl`): FILE has their texts, JSON Lines with `_id` and `text`, gzip, each checked by its
sha256; without it only the first set is measured. Splitters that are not installed are left out: `pip install
blingfire nupunkt pysbd sentencex syntok`.

A boundary is the space between two sentences, with the reference number that may stand there. One that is proposed
anywhere within it is right, so that nobody is judged by where the number goes; ends of paragraphs do not count.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path

from calcqa.errors import InputError
from calcqa.language.sentences import sentence_spans
from calcqa.types import Span, text_hash

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from helpers.divided import divided  # noqa: E402

PLACES = Path(__file__).with_name("report_sentences.jsonl")
HELD_OUT = "held out"
Splitter = Callable[[str], Sequence[Span]]
Paragraph = tuple[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Score:
    """Boundaries that are right, those proposed, and those there are."""

    right: int
    proposed: int
    gold: int

    @property
    def precision(self) -> float:
        """The share of right ones among those proposed; 1 where none is."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """The share of boundaries that are found; 1 where there are none."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.proposed + self.gold) if self.proposed + self.gold else 1.0


def score(paragraphs: Iterable[Paragraph], split: Splitter) -> Score:
    """Count the boundaries of `paragraphs` (texts and their sentences) that `split` finds."""
    right = proposed = gold = 0
    for text, sentences in paragraphs:
        free = set(_gaps(sentences))
        gold += len(free)
        for gap in _gaps(split(text)):
            if gap.start >= sentences[-1].end:
                continue  # a reference number split off the paragraph's end
            proposed += 1
            hit = next((g for g in free if g.start <= gap.start and gap.end <= g.end), None)
            if hit:
                free.remove(hit)
                right += 1
    return Score(right, proposed, gold)


def _gaps(sentences: Sequence[Span]) -> list[Span]:
    return [Span(a.end, b.start) for a, b in zip(sentences, sentences[1:], strict=False)]


def report_paragraphs(path: Path) -> list[tuple[bool, Paragraph]]:
    """Return the paragraphs of real reports, each with whether it was held out when the rules were written.

    Raises:
        InputError: a text is not there, or is another.

    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        texts = {record["_id"]: record["text"] for record in map(json.loads, file)}
    found: list[tuple[bool, Paragraph]] = []
    for line in PLACES.read_text(encoding="utf-8").splitlines():
        place = json.loads(line)
        text = texts.get(place["id"], "")
        if text_hash(text) != place["sha256"]:
            raise InputError(f"{path} does not have the text of {place['id']} that was divided")
        spans = [Span(start, end) for start, end in place["sentences"]]
        found.append((place["half"] == HELD_OUT, (text[place["start"] : place["end"]], spans)))
    return found


def _placed(text: str, sentences: Iterable[str]) -> list[Span]:
    """Return where sentences stand that a splitter gives as strings, its changes to spaces apart."""
    spans: list[Span] = []
    at = 0
    for sentence in sentences:
        words = r"\s*".join(map(re.escape, sentence.split()))
        if words and (match := re.compile(words).search(text, at)):
            spans.append(Span(*match.span()))
            at = match.end()
    return spans


def _trimmed(text: str, pairs: Iterable[tuple[int, int]]) -> list[Span]:
    spans = []
    for start, end in pairs:
        raw = text[start:end]
        span = Span(start + len(raw) - len(raw.lstrip()), end - (len(raw) - len(raw.rstrip())))
        if span.start < span.end:
            spans.append(span)
    return spans


def _sentencex(text: str) -> list[Span]:
    split = import_module("sentencex").get_sentence_boundaries
    plain = re.sub(r"[^\S\n]", " ", text)
    return _trimmed(text, ((p["start_index"], p["end_index"]) for p in split("en", plain)))


def _joined(text: str) -> list[Span]:
    """Split as calcqa did before: what begins with a small letter is joined to the sentence before it."""
    spans: list[Span] = []
    for span in _sentencex(text):
        if spans and text[span.start].islower():
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


def _pysbd(text: str) -> list[Span]:
    segment = import_module("pysbd").Segmenter(language="en", clean=False).segment
    return _placed(text, segment(text))


def _syntok(text: str) -> list[Span]:
    paragraphs = import_module("syntok.segmenter").analyze(text)
    sentences = [list(sentence) for paragraph in paragraphs for sentence in paragraph]
    return [Span(s[0].offset, s[-1].offset + len(s[-1].value)) for s in sentences if s]


def _blingfire(text: str) -> list[Span]:
    return _placed(text, import_module("blingfire").text_to_sentences(text).split("\n"))


def _nupunkt(text: str) -> list[Span]:
    return _placed(text, import_module("nupunkt").sent_tokenize(text))


SPLITTERS: dict[str, Splitter] = {
    "calcqa": sentence_spans,
    "sentencex": _sentencex,
    "sentencex, small letters joined": _joined,
    "pysbd": _pysbd,
    "syntok": _syntok,
    "blingfire": _blingfire,
    "nupunkt": _nupunkt,
}


def _row(name: str, split: Splitter, sets: Sequence[Sequence[tuple[bool, Paragraph]]]) -> str:
    library, *how = name.split(", ")
    cells = [name if library == "calcqa" else ", ".join([f"{library} {metadata.version(library)}", *how])]
    begun, length = time.process_time(), 0
    for paragraphs in sets:
        whole = score((p for _, p in paragraphs), split)
        kept = score((p for held, p in paragraphs if held), split)
        cells += [f"{x:.3f}" for x in (whole.precision, whole.recall, whole.f1, kept.f1)]
        length += sum(len(text) * (1 + held) for held, (text, _) in paragraphs)
    return f"| {' | '.join([*cells, f'{1e6 * (time.process_time() - begun) / length:.1f}'])} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reports", type=Path, help="texts of the real reports, JSON Lines, gzip")
    reports = parser.parse_args().reports
    sets: list[list[tuple[bool, Paragraph]]] = [[(section % 2 == 0, (text, s)) for section, text, s in divided()]]
    names = ["invented"]
    if reports:
        sets.append(report_paragraphs(reports))
        names.append("reports")
    heads = ["splitter", *(f"{name} {x}" for name in names for x in ("P", "R", "F1", "F1 held out")), "CPU s/MB"]
    sizes = [(sum(len(p[1]) - 1 for _, p in s), sum(len(p[1]) - 1 for held, p in s if held)) for s in sets]
    lines = [f"{name}: {size[0]} boundaries, {size[1]} held out" for name, size in zip(names, sizes, strict=True)]
    lines += ["", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, split in SPLITTERS.items():
        try:
            lines.append(_row(name, split, sets))
        except ImportError:
            lines.append(f"{name} is not installed")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
