"""Loads a publisher's web export: the fields of a content management system, a name on one line, its value on the next.

Does: drops the site's fields and what is repeated (bodies, figures, references), and reports it; keeps the article's
fields as metadata; collects figure captions and references from the whole file. Every line of the file is in the
document, as it is written, or among what is dropped.
Does not: repair what the export broke (a range that lost its dash, a lost space), look for near-repeats (a teaser that
paraphrases the body), join wrapped lines (in an export a line is a paragraph), or read tables.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from calcqa.documents.base import Loaded, Part, build, heading
from calcqa.documents.plain.bullets import bulleted, list_item
from calcqa.documents.plain.loader import split_parts
from calcqa.documents.repair import squeeze
from calcqa.language.characters import clean_characters
from calcqa.types import BlockKind, Dropped

KEPT = {
    "Display Headline": "title",
    "Changed": "changed",
    "Issue": "issue",
    "Page Number": "pages",
    "Article Source": "article_source",
    "Author(s)": "authors",
    "Citation Override": "citation",
    "Copyright": "copyright",
    "Correspondence Location": "correspondence",
    "Legacy Keywords": "keywords",
}
"""The article's fields and their names in the metadata."""

FURNITURE = frozenset(
    {
        "Alternative CME",
        "Article Type",
        "CME ID",
        "Content Gating",
        "Disallow All Ads",
        "Disqus Comments",
        "Eyebrow Default",
        "Featured Buckets Admin",
        "Gating Strategy",
        "Hide sidebar & use full width",
        "Inside the Article",
        "Publications",
        "Sections",
        "Teaser",
        "Topics",
        "Un-Gate On Date",
        "Use ProPublica",
    }
)
"""The site's fields; dropped with their values."""

BARE_FURNITURE = frozenset({"Article PDF", "Article PDF Media", "Body", "Slide Media", "Teaser Media"})
"""The site's fields whose value is a file, or the text itself: what follows is not dropped with them."""

_NAMES = KEPT.keys() | FURNITURE | BARE_FURNITURE
# Neither the day the site last touched the page nor the title belongs among the facts of publication.
_NOT_PUBLISHED = frozenset({"Display Headline", "Changed"})
_HEADINGS = frozenset(
    "abstract,background,introduction,case,case report,case presentation,presentation,methods,results,discussion,"
    "comment,conclusion,conclusions,summary,acknowledgments,acknowledgements".split(",")
)
_FIGURE = re.compile(r"(?:Figure|Fig\.?) (?P<number>[1-9]\d?)(?:[.:] ?(?P<caption>\S.*)|[.:]?)")
_ISSUE = re.compile(r"(?P<journal>.+?) - (?P<volume>\d+)\((?P<issue>[^()]+)\)")
_COPYRIGHT = re.compile(r"(?:Copyright\b[: ]*(?=[©(\d])|(?=©))(?P<owner>.+)")
# No other text has several of these, each alone on its line: Issue, Sections or Topics it may have.
_UNMISTAKABLE = _NAMES - frozenset(
    "Changed,Issue,Page Number,Author(s),Copyright,Article Type,Publications,Sections,Teaser,Topics,Body,Article PDF,"
    "Inside the Article".split(",")
)
_FEWEST_NAMES = 3
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST_VALUE = 200


def looks_like_export(text: str) -> bool:
    """Tell whether `text` has an export's furniture: three different names of fields that only an export has."""
    return len({line.strip() for line in clean_characters(text).split("\n")} & _UNMISTAKABLE) >= _FEWEST_NAMES


def load_export(text: str, source: str) -> Loaded:
    """Load a publisher's web export; `source` is the file's name.

    The sections are Report, Figures, References and Publication, each where there is something in it.

    Raises `DocumentError` if nothing is left when the furniture is dropped.
    """
    gone: Counter[str] = Counter()
    lines = [squeeze(line) for line in bulleted(clean_characters(text, gone).split("\n"))]
    export = _Export(lines)
    export.read()
    title = export.fields.get("Display Headline")
    return build(source, title, export.parts(), export.metadata(), export.dropped, gone)


@dataclass(slots=True)
class _Export:
    """The parts of an export, filled while its lines are read once from top to bottom.

    What may go on further down (a paragraph, a caption, a reference) is kept as its pieces until all is read.
    """

    lines: list[str]
    fields: dict[str, str] = field(default_factory=dict)
    body: list[list[str]] = field(default_factory=list)
    captions: dict[str, list[str]] = field(default_factory=dict)
    references: list[list[str]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    after_figure: bool = False

    def read(self) -> None:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            at += 1
            if line in _NAMES:
                at = self._field(line, at)
            elif line == "References":
                at = self._references(at)
            elif figure := _FIGURE.fullmatch(line):
                at = self._figure(figure["number"], figure["caption"] or "", at)
            elif copyright_line := _COPYRIGHT.fullmatch(line):
                self._keep("Copyright", copyright_line["owner"])
            elif line:
                self._paragraph(line)

    def _once(self, text: str) -> bool:
        """Tell whether `text` comes up for the first time; a repeat is dropped."""
        if text in self.seen:
            self.dropped.append(Dropped(text, "repeated"))
            return False
        self.seen.add(text)
        return True

    def _starts_something(self, line: str) -> bool:
        known = line in _NAMES or line in {"", "References"}
        return known or bool(_FIGURE.fullmatch(line) or _COPYRIGHT.fullmatch(line))

    def _field(self, name: str, at: int) -> int:
        """Read the value of the field `name`: the short lines right below; only the first may be a sentence."""
        start = at
        end = at if name in BARE_FURNITURE else at + 1 if name == "Display Headline" else len(self.lines)
        while at < min(end, len(self.lines)) and not self._starts_something(line := self.lines[at]):
            if len(line) > _LONGEST_VALUE or list_item(line) or (at > start and line[-1] in ".!?"):
                break
            at += 1
        values = self.lines[start:at]
        if name in KEPT and values:
            self._keep(name, ", ".join(value.rstrip(",") for value in values))
        else:
            self.dropped += (Dropped(line, "site furniture") for line in (name, *values))
        return at

    def _keep(self, name: str, value: str) -> None:
        if not self._once(f"{name}: {value}"):
            return
        if self.fields.setdefault(name, value) != value:
            self.dropped.append(Dropped(f"{name}: {value}", "another value was kept"))

    def _figure(self, number: str, caption: str, at: int) -> int:
        """Read a caption, on the figure's own line or on the next; either may be doubled."""
        mark = self.lines[at - 1]
        while not caption and at < len(self.lines) and self.lines[at] == mark:
            self.dropped.append(Dropped(mark, "repeated"))
            at += 1
        if not caption and at < len(self.lines) and not self._starts_something(self.lines[at]):
            caption = self.lines[at]
            at += 1
        self.after_figure = True
        if not caption:
            self.dropped.append(Dropped(mark, "figure without a caption"))
        elif self._once(f"Figure {number}: {caption}"):
            is_apart = not mark.endswith(caption)
            self.captions.setdefault(number, [mark] if is_apart else []).append(caption if is_apart else mark)
            self.seen.add(caption)  # its double, without the number, would pass for a paragraph
        return at

    def _references(self, at: int) -> int:
        """Read the numbered lines below the heading (or those right below it), with what is wrapped below each.

        References without numbers of their own get none.
        """
        new = self._once("References")
        numbered = kept = False
        while at < len(self.lines):
            item = list_item(line := self.lines[at])
            if line and (self._starts_something(line) or not (item or self.lines[at - 1])):
                break
            at += 1
            if numbered and line and not item:  # wrapped: it shares the fate of its reference
                if kept:
                    self.references[-1].append(line)
                else:
                    self.dropped.append(Dropped(line, "repeated"))
            elif line and (kept := self._once(line)):
                self.references.append([line])
            numbered = numbered or bool(item)
        if new and not self.references:
            self.dropped.append(Dropped("References", "heading without a list"))
        return at

    def _paragraph(self, line: str) -> None:
        """Add a line to the body; where a figure was cut into a sentence, the sentence is put together again."""
        cut = self.after_figure and bool(self.body) and self.body[-1][-1][-1] not in ".!?:" and line[0].islower()
        self.after_figure = False
        if not self._once(line):
            return
        if cut:
            self.body[-1].append(line)
        else:
            self.body.append([line])

    def parts(self) -> Iterator[Part]:
        body, references = ([" ".join(pieces) for pieces in parts] for parts in (self.body, self.references))
        if body:
            yield heading("Report", 2)
            for is_heading, lines in groupby(body, lambda line: line.rstrip(":").casefold() in _HEADINGS):
                if is_heading:
                    yield from (heading(line.rstrip(":"), 3) for line in lines)
                else:
                    yield from split_parts("\n\n".join(lines))
        if self.captions:
            yield heading("Figures", 2)
            for number in sorted(self.captions, key=int):
                yield Part(" ".join(self.captions[number]), BlockKind.CAPTION)
        if references:
            yield heading("References", 2)
            for place, reference in enumerate(references):
                marker, text = list_item(reference) or ("", reference)
                yield Part(text, BlockKind.REFERENCE, marker=marker, tight=place > 0)
        published = {name: value for name, value in self.fields.items() if name not in _NOT_PUBLISHED}
        if published:
            yield heading("Publication", 2)
            yield from (Part(f"{name}: {value}") for name, value in published.items())

    def metadata(self) -> dict[str, str]:
        metadata = {KEPT[name]: value for name, value in self.fields.items()}
        if issue := _ISSUE.fullmatch(metadata.get("issue", "")):
            metadata |= issue.groupdict()
        if "pages" in metadata:
            metadata["pages"] = re.sub(r"(?<=\d) ?- ?(?=\d)", "–", metadata["pages"])
        if year := _YEAR.search(metadata.get("copyright", "")):
            metadata["year"] = year[0]
        department, _, rest = metadata.get("correspondence", "").partition(", ")
        if department.startswith(("Department", "Division", "Section")) and rest:
            metadata["department"], metadata["institution"] = department, rest.split(", ")[0]
        return metadata
