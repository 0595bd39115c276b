"""What the loaders of JATS, web pages and Word files keep, beside the libraries for them.

    python -m benchmarks.quality.formats [FOLDER]

FOLDER holds articles in JATS (`*.xml`). Three tables, of which the first needs FOLDER:

articles   sentences of the bodies found word for word; titles of sections on a line of their own; numbers, signs, units
           and negations of the paragraphs that are missing or out of order; reference numbers marked
documents  invented ones of the loaders' property test: facts lost, unseen or struck-out text given as valid
pages      invented web pages: sentences kept, words of navigation, side columns and footers left in

mammoth and trafilatura are measured where they are installed.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import io
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

from benchmarks.quality.pdf import folded, read_article, say, spaced
from calcqa.documents.load import load_bytes
from calcqa.types import Span

TESTS = Path(__file__).parents[2] / "tests"
DOCUMENTS, PAGES, SEED = 120, 60, 7

_FACT = re.compile(r"\d+(?:[.,]\d+)*|[<>≤≥±=+−×%°µμ]|\b(?:no|not|without|never|none|nor)\b", re.IGNORECASE)
_FURNITURE = re.compile("furniture|menu ", re.IGNORECASE)
_WORDS = "sodium knee fever ward patient dose oral tablet wound scan normal left right daily week month pain".split()

folding = partial(unicodedata.normalize, "NFKC")
Reader = Callable[[bytes], str]  # from the bytes of a file to its text


def out_of_order(wanted: Sequence[str], there: Sequence[str]) -> int:
    """Return how many of `wanted` are not in `there` in their order."""
    matcher = difflib.SequenceMatcher(None, wanted, there, autojunk=False)
    return len(wanted) - sum(block.size for block in matcher.get_matching_blocks())


def missing(wanted: Sequence[str], there: Sequence[str]) -> int:
    """Return how many of `wanted` are not in `there`, in whatever order."""
    return (Counter(wanted) - Counter(there)).total()


def measure_article(path: Path) -> Counter[str]:
    """Count what the loader keeps of an article in JATS."""
    document, article = load_bytes(path.read_bytes(), path.name).document, read_article(path)
    words = spaced(document.without_references(Span(0, len(document.text))))
    lines = {folded(line) for line in document.text.split("\n")}
    tree = etree.parse(str(path), etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))
    for link in tree.xpath("//xref[following-sibling::node()[1][self::xref]]"):
        link.tail = ","  # two numbers, not one
    paragraphs = tree.xpath("//article/body//p[not(ancestor::p)]")
    facts = _FACT.findall(folding(" ".join("".join(p.itertext()) for p in paragraphs)))
    counts = Counter(sentences=len(article.sentences), headings=len(article.headings), facts=len(facts))
    counts["words"] = sum(spaced(s.replace("^", "").replace("_", "")) in words for s in article.sentences)
    counts["alone"] = sum(folded(heading) in lines for heading in article.headings)
    counts.update(
        missing=out_of_order(facts, _FACT.findall(folding(document.text))), references=len(document.references)
    )
    return counts


def readers() -> Iterator[tuple[str, str, Reader]]:
    """Yield the name of each reader that is installed, the end of the names of its files, and the reader."""

    def ours(data: bytes, end: str) -> str:
        return load_bytes(data, f"a{end}").document.text

    for end in (".docx", ".html", ".epub", ".xml"):
        yield f"calcqa {end}", end, partial(ours, end=end)
    if mammoth := _installed("mammoth"):
        yield "mammoth, raw text of Word", ".docx", lambda data: mammoth.extract_raw_text(io.BytesIO(data)).value

        to_html = mammoth.convert_to_html
        yield (
            "mammoth to HTML, then calcqa",
            ".docx",
            lambda data: ours(to_html(io.BytesIO(data)).value.encode(), ".html"),
        )
    if trafilatura := _installed("trafilatura"):
        for name, recall in (("text of HTML", False), ("`favor_recall`", True)):
            extract = partial(trafilatura.extract, favor_recall=recall)
            yield f"trafilatura, {name}", ".html", partial(_text, extract)


def _text(extract: Any, data: bytes) -> str:
    return extract(data.decode()) or ""


def _installed(name: str) -> Any:
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def drawn(count: int) -> list[Any]:
    """Return invented documents, as the property test of the loaders draws them, each with a power of ten."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st

    sys.path.insert(0, str(TESTS))
    contract, invented = (importlib.import_module(name) for name in ("documents.test_contract", "helpers.invented"))
    t, paragraph = invented.t, invented.Paragraph
    power = paragraph(t("Platelets 150 × 10", invented.Piece("9", invented.RAISED), "/L."))
    documents: list[Any] = []

    @seed(SEED)
    @settings(max_examples=count, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(contract.BLOCK, min_size=3, max_size=6))
    def collect(blocks: list[Any]) -> None:
        documents.append([invented.Title(t("A report")), *blocks, power, paragraph(t("It ends with 7 mg."))])

    collect()
    return documents


def measure_reader(documents: Sequence[Any], end: str, read: Reader) -> Counter[str]:
    """Count what a reader loses of invented documents."""
    contract, written = importlib.import_module("documents.test_contract"), importlib.import_module("helpers.written")
    counts = Counter[str]()
    for document in documents:
        text = " ".join(read(written.FORMATS[end].write(document)).split())
        wanted = [f for x in contract.pieces(document[1:]) for f in contract.facts(x.replace("109/L", "10 /L"))]
        there = contract.facts(text.replace("10⁹", "10 ").replace("109/L", "10 /L"))
        unseen = list(contract.pieces(document, ("hidden", "struck")))
        counts.update(facts=len(wanted), lost=missing(wanted, there), moved=out_of_order(wanted, there))
        counts.update(unseen=len(unseen), valid=sum(x in text for x in unseen), fused="109/L" in text)
    return counts


def page(number: int, draw: random.Random) -> tuple[str, list[str]]:
    """Return an invented web page with furniture in several forms, and the sentences of its body."""
    sentences: list[str] = []

    def sentence() -> str:
        words = " ".join(draw.choice(_WORDS) for _ in range(draw.randint(6, 14)))
        sentences.append(f"{words.capitalize()} {draw.randint(1, 99)} mg.")
        return sentences[-1]

    forms = (
        lambda: f"<p>{sentence()} {sentence()}</p>",
        lambda: f"<ul><li>{sentence()}</li></ul>",
        lambda: f"<table><tr><th>Drug</th><th>Dose</th></tr><tr><td>one</td><td>{sentence()}</td></tr></table>",
        lambda: f"<div>{sentence()}<br>{sentence()}</div>",
    )
    body = "".join(draw.choice(forms)() for _ in range(draw.randint(3, 8)))
    links = "".join(f'<a href="/{word}">Menu {word}</a>' for word in _WORDS[:6])
    menu = (f"<nav>{links}</nav>", f'<div class="navbar menu">{links}</div>')[number % 3 == 1]
    foot = ('<div class="footer"><p>Furniture, 2020.</p></div>', "<footer>Furniture, 2020.</footer>")[number % 2]
    tag = ("main", "article", 'div id="content"')[min(number % 5, 2)]
    inside = f"<{tag}><h1>Report {number}</h1>{body}</{tag.split()[0]}><aside>Furniture</aside>"
    return f"<!DOCTYPE html><meta charset=utf-8><body>{menu}{inside}{foot}</body>", sentences


def measure_pages(read: Reader) -> tuple[int, int, int]:
    """Return how many sentences of invented pages a reader keeps, of how many, and the words of furniture it leaves."""
    draw, counts = random.Random(SEED), Counter[str]()
    for source, sentences in (page(number, draw) for number in range(PAGES)):
        text = " ".join(read(source.encode()).split())
        counts.update(kept=sum(s in text for s in sentences), of=len(sentences), left=len(_FURNITURE.findall(text)))
    return counts["kept"], counts["of"], counts["left"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args(arguments)
    if options.folder:
        total = sum((measure_article(path) for path in sorted(options.folder.glob("*.xml"))), Counter[str]())
        names = ("sentences", "words", "headings", "alone", "facts", "missing", "references")
        table(names, [[total[name] for name in names]])
    documents, known = drawn(DOCUMENTS), list(readers())
    rows = []
    for name, end, read in known:
        counts = measure_reader(documents, end, read)
        rows.append([name, *(counts[key] for key in ("facts", "lost", "moved", "unseen", "valid", "fused"))])
    table(("reader", "facts", "lost", "or out of order", "unseen", "given as valid", "10⁹/L as 109/L"), rows)
    shown = [[name, *measure_pages(read)] for name, end, read in known if end == ".html"]
    table(("reader of web pages", "sentences kept", "of", "furniture left"), shown)


def table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table."""
    say(f"\n| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for row in rows:
        say(f"| {' | '.join(map(str, row))} |")


if __name__ == "__main__":
    main()
