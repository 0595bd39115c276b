"""How much of real articles the PDF loader keeps, against the same articles in JATS.

    python -m benchmarks.quality.pdf FOLDER [--failures N]

FOLDER holds `pdf/NAME.pdf` and `jats/NAME.xml`. Measured over the sentences of the body (eight words and more):

words      found word for word, citation numbers left out
facts      of the sentences found by their letters, each number, sign, comparison, degree, Greek letter and raised or
           lowered character: it stands between the same letters as in the JATS, as one unbroken run
headings   of the body's section titles, those that are headings in the document
precision  of the document's headings, those that are titles anywhere in the JATS
furniture  lines that recur on three pages and more and were not dropped

Time is of the processor, loading alone; memory the most this process had.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from calcqa.documents.base import Loaded
from calcqa.documents.pdf.loader import load_pdf

WORDS = 8  # of the shortest sentence
ASIDE = frozenset({"table-wrap", "fig", "fn", "caption", "boxed-text", "supplementary-material", "disp-formula"})

_WORD = re.compile(r"[a-z]+")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()")
_SHIFTED = (
    (re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ]+"), "^", _RAISED),
    (re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎]+"), "_", _LOWERED),
)
_SAME = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‑": "-", "‐": "-", "µ": "μ", "˚": "°", "º": "°", "∼": "~", "·": "."}
)
_FACT = re.compile(r"[\^_]?\d+(?:[.,]\d+)*|[\^_]?[+-](?=[\d^_])|[±<>=≤≥×%°+~\u0370-\u03ff√∞→↑↓]")
_NUMBER = re.compile(r"^\d+(?:\.\d+)*\.?\s+")
_REFERENCE = re.compile(r"\[[\d,\s–-]+\]|\(\s*\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\s*\)")


@dataclass(frozen=True, slots=True)
class Article:
    """What the JATS says: sentences of the body, its section titles, and all titles there are, folded."""

    sentences: tuple[str, ...]
    headings: tuple[str, ...]
    titles: frozenset[str]


def folded(text: str) -> str:
    """Return the letters of `text` alone, in lower case."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def spaced(text: str) -> str:
    """Return the words of `text` in lower case between spaces, letters alone."""
    return " " + " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).lower())) + " "


def read_article(path: Path) -> Article:
    """Read a JATS file; raised and lowered characters are marked with '^' and '_', citations are left out."""
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, recover=True)
    tree = etree.parse(str(path), parser)
    titles = {folded(_text(e)) for e in tree.xpath("//title|//article-title[not(parent::element-citation)]")}
    for element in tree.xpath('//xref[@ref-type="bibr" or @ref-type="fn"]|//inline-formula|//disp-formula'):
        _emptied(element)
    for tag, mark in (("sup", "^"), ("sub", "_")):
        for element in tree.iter(tag):
            inner = "".join(element.itertext()).strip()
            _emptied(element)
            element.text = mark + inner if re.match(r"[\d+\-−–]", inner) else inner
    sentences: list[str] = []
    for paragraph in tree.xpath("//article/body//p"):
        if any(a.tag in ASIDE for a in paragraph.iterancestors()):
            continue
        for aside in paragraph.xpath(".//table-wrap|.//fig"):
            _emptied(aside)
        sentences += [s for s in _SENTENCE.split(_text(paragraph)) if len(_WORD.findall(s.lower())) >= WORDS]
    headings = [_text(h) for h in tree.xpath("//article/body//sec/title")]
    return Article(tuple(sentences), tuple(h for h in headings if folded(h)), frozenset(titles))


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _emptied(element: Any) -> None:
    element.text = ""
    for child in list(element):
        element.remove(child)


def facts(text: str) -> list[tuple[str, ...]]:
    """Return what stands between the letters of `text`, before each letter and behind the last one."""
    for pattern, mark, table in _SHIFTED:
        text = pattern.sub(lambda m, mark=mark, table=table: mark + m[0].translate(table), text)  # type: ignore[misc]
    text = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME).lower()
    between: list[tuple[str, ...]] = []
    start = 0
    for match in re.finditer("[a-z]", text):
        between.append(tuple(_FACT.findall(text[start : match.start()])))
        start = match.end()
    return [*between, tuple(_FACT.findall(text[start:]))]


def missing(sentence: str, text: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...] | None]]:
    """Yield each run of facts of `sentence`, and what stands there in `text` instead, None where it is the same.

    `text` has the same letters. More may stand there, as reference numbers do, beside the run but not within it.
    """
    wanted, there = facts(sentence), facts(text)
    bare = facts(_REFERENCE.sub(" ", text))
    for i, run in enumerate(wanted):
        if run and i + 1 < len(wanted):  # what stands behind the last letter may belong to the next sentence
            same = any(_within(run, other[i]) for other in (there, bare))
            yield run, None if same else there[i]


def _within(run: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return any(other[k : k + len(run)] == run for k in range(len(other) - len(run) + 1))


class Run:
    """A text by its letters: where a run of letters stands in it."""

    def __init__(self, text: str) -> None:
        """Take the letters of `text`, and for each its place."""
        self.text, self.places = text, list[int]()
        letters: list[str] = []
        for place, character in enumerate(text):
            if found := folded(character):
                letters.append(found)
                self.places += [place] * len(found)
        self.letters = "".join(letters)

    def cut(self, sentence: str) -> str | None:
        """Return the stretch of the text that has the letters of `sentence`, with what stands right before it."""
        start = self.letters.find(folded(sentence))
        if start < 0:
            return None
        end = start + len(folded(sentence)) - 1
        before = self.places[start - 1] + 1 if start else 0
        return self.text[before : self.places[end] + 1]


def measure(article: Article, loaded: Loaded, failures: list[str]) -> Counter[str]:
    """Count what the document has of the article."""
    document = loaded.document
    run, words = Run(document.text), spaced(document.text)
    counts = Counter(sentences=len(article.sentences), headings_of=len(article.headings))
    for sentence in article.sentences:
        counts["words"] += spaced(sentence.replace("^", "").replace("_", "")) in words
        text = run.cut(sentence)
        if text is None:
            continue
        counts["letters"] += 1
        for fact, instead in missing(sentence, text):
            counts["facts_of"] += len(fact)
            counts["facts"] += len(fact) * (instead is None)
            if instead is not None:
                failures.append(
                    f"{document.source}: {' '.join(fact)} is {' '.join(instead) or 'missing'}: {text[:150]}"
                )
    headings = [section.title for section in document.sections if section.level > 1]
    have = {folded(h) for h in headings}
    counts["headings"] = sum(folded(h) in have or folded(_NUMBER.sub("", h)) in have for h in article.headings)
    counts["found"] = len(headings)
    counts["right"] = sum(folded(_NUMBER.sub("", h)) in article.titles for h in headings)
    lines = Counter(re.sub(r"\d+", "#", line.strip()) for line in document.text.split("\n") if len(line) > 12)
    counts["furniture"] = sum(n for n in lines.values() if n >= 3)
    return counts


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the articles of a folder and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--failures", type=int, default=0, help="show so many facts that are not as in the JATS")
    options = parser.parse_args(arguments)
    total, failures = Counter[str](), list[str]()
    say("| article | pages | sentences | words | facts | headings | precision | furniture | ms a page |")
    say("|---|---|---|---|---|---|---|---|---|")
    for path in sorted((options.folder / "pdf").glob("*.pdf")):
        started = time.process_time()
        loaded = load_pdf(path.read_bytes(), path.name)
        taken = time.process_time() - started
        counts = measure(read_article(options.folder / "jats" / f"{path.stem}.xml"), loaded, failures)
        counts.update(pages=int(pages_of(path)), ms=round(taken * 1000))
        total.update(counts)
        say(row(path.stem, counts))
    say(row("all", total))
    say(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    for failure in failures[: options.failures]:
        say(failure)


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(line + "\n")


def pages_of(path: Path) -> int:
    """Return how many pages a PDF has."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    try:
        return len(pdf)
    finally:
        pdf.close()


def row(name: str, counts: Counter[str]) -> str:
    """Return a line of the table."""

    def share(part: str, whole: str) -> str:
        return f"{counts[part] / counts[whole]:.3f}" if counts[whole] else "–"

    cells = [
        name, counts["pages"], counts["sentences"], share("words", "sentences"), share("facts", "facts_of"),
        share("headings", "headings_of"), share("right", "found"), counts["furniture"],
        round(counts["ms"] / max(1, counts["pages"])),
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
