"""Invented documents, and how each format writes them: what the contract of the loaders is held on.

A document is a list of blocks. A text is a list of pieces: plain ones, and pieces that a format marks. `FORMATS` names
what writes a document in each format, and what the format can say.
"""

import csv
import io
import json
from dataclasses import dataclass
from html import escape

from helpers.books import epub
from helpers.word_files import docx_of

RAISED, LOWERED, HIDDEN, STRUCK, CITED = "raised", "lowered", "hidden", "struck", "cited"


@dataclass(frozen=True)
class Piece:
    text: str
    kind: str


@dataclass(frozen=True)
class Title:
    text: tuple


@dataclass(frozen=True)
class Heading:
    text: tuple
    level: int = 1  # below the title


@dataclass(frozen=True)
class Paragraph:
    text: tuple


@dataclass(frozen=True)
class Items:
    texts: tuple
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    caption: tuple
    header: tuple
    rows: tuple


@dataclass(frozen=True)
class Figure:
    caption: tuple


@dataclass(frozen=True)
class References:
    texts: tuple


def t(*pieces):
    return tuple(pieces)


def plain(text):
    """Return a text without what a format marks."""
    return "".join(p if isinstance(p, str) else p.text for p in text if isinstance(p, str) or p.kind not in UNSEEN)


UNSEEN = (HIDDEN, STRUCK)


# HTML, and what is made of it

_HTML = {
    RAISED: "<sup>{}</sup>",
    LOWERED: "<sub>{}</sub>",
    HIDDEN: '<span style="display:none">{}</span>',
    STRUCK: "<s>{}</s>",
    CITED: '<sup><a href="#ref-1">{}</a></sup>',
}


def _marked(text, marks):
    return "".join(escape(p) if isinstance(p, str) else marks[p.kind].format(escape(p.text)) for p in text)


def html_body(blocks, marks=_HTML):
    lines = []
    for block in blocks:
        match block:
            case Title(text):
                lines.append(f"<h1>{_marked(text, marks)}</h1>")
            case Heading(text, level):
                lines.append(f"<h{level + 1}>{_marked(text, marks)}</h{level + 1}>")
            case Paragraph(text):
                lines.append(f"<p>{_marked(text, marks)}</p>")
            case Items(texts, numbered):
                tag = "ol" if numbered else "ul"
                lines.append(f"<{tag}>" + "".join(f"<li>{_marked(x, marks)}</li>" for x in texts) + f"</{tag}>")
            case Table(caption, header, rows):
                head = "".join(f"<th>{_marked(x, marks)}</th>" for x in header)
                body = "".join("<tr>" + "".join(f"<td>{_marked(x, marks)}</td>" for x in r) + "</tr>" for r in rows)
                lines.append(
                    f"<table><caption>{_marked(caption, marks)}</caption><thead><tr>{head}</tr></thead>"
                    f"<tbody>{body}</tbody></table>"
                )
            case Figure(caption):
                lines.append(
                    f'<figure><img src="f.png" alt=""/><figcaption>{_marked(caption, marks)}</figcaption></figure>'
                )
            case References(texts):
                items = "".join(f"<li>{_marked(x, marks)}</li>" for x in texts)
                lines.append(f"<h2>References</h2><ol>{items}</ol>")
    return "\n".join(lines)


def html(blocks):
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body>{html_body(blocks)}</body></html>'.encode()


def book(blocks):
    title = next((plain(b.text) for b in blocks if isinstance(b, Title)), "")
    return epub([html_body(blocks)], title)


def word_file(blocks):
    return docx_of(blocks)


# JATS

_JATS = {
    RAISED: "<sup>{}</sup>",
    LOWERED: "<sub>{}</sub>",
    HIDDEN: "<index-term><term>{}</term></index-term>",
    STRUCK: "<strike>{}</strike>",
    CITED: '<sup><xref ref-type="bibr" rid="b1">{}</xref></sup>',
}


def jats(blocks):
    title, body, back, levels = "", [], "", []

    def text(pieces):
        return _marked(pieces, _JATS)

    for block in blocks:
        match block:
            case Title(pieces):
                title = text(pieces)
            case Heading(pieces, level):
                while levels and levels[-1] >= level:
                    body.append("</sec>")
                    levels.pop()
                levels.append(level)
                body.append(f"<sec><title>{text(pieces)}</title>")
            case Paragraph(pieces):
                body.append(f"<p>{text(pieces)}</p>")
            case Items(texts, numbered):
                items = "".join(f"<list-item><p>{text(x)}</p></list-item>" for x in texts)
                body.append(f'<list list-type="{"order" if numbered else "bullet"}">{items}</list>')
            case Table(caption, header, rows):
                head = "".join(f"<th>{text(x)}</th>" for x in header)
                cells = "".join("<tr>" + "".join(f"<td>{text(x)}</td>" for x in r) + "</tr>" for r in rows)
                body.append(
                    f"<table-wrap><caption><p>{text(caption)}</p></caption><table><thead><tr>{head}</tr></thead>"
                    f"<tbody>{cells}</tbody></table></table-wrap>"
                )
            case Figure(caption):
                body.append(f"<fig><caption><p>{text(caption)}</p></caption><graphic/></fig>")
            case References(texts):
                refs = "".join(
                    f'<ref id="b{n}"><label>{n}</label><mixed-citation>{text(x)}</mixed-citation></ref>'
                    for n, x in enumerate(texts, 1)
                )
                back = f"<back><ref-list><title>References</title>{refs}</ref-list></back>"
    body += ["</sec>"] * len(levels)
    return (
        "<article><front><article-meta><title-group><article-title>"
        f"{title}</article-title></title-group></article-meta></front><body>{''.join(body)}</body>{back}</article>"
    ).encode()


# Text

_SPECIAL = set("\\`*_{}[]()#+-.!|<>~&:")


def _escaped(text):
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in plain(text))


def markdown(blocks):
    lines = []
    for block in blocks:
        match block:
            case Title(text):
                lines.append(f"# {_escaped(text)}")
            case Heading(text, level):
                lines.append(f"{'#' * (level + 1)} {_escaped(text)}")
            case Paragraph(text):
                lines.append(_escaped(text))
            case Items(texts, numbered):
                marks = [f"{n}." if numbered else "-" for n in range(1, len(texts) + 1)]
                lines.append("\n".join(f"{m} {_escaped(x)}" for m, x in zip(marks, texts, strict=True)))
            case Table(caption, header, rows):
                cells = [header, *rows]
                table = ["| " + " | ".join(map(_escaped, row)) + " |" for row in cells]
                lines += [_escaped(caption), "\n".join([table[0], "|" + "---|" * len(header), *table[1:]])]
            case Figure(caption):
                lines.append(_escaped(caption))
            case References(texts):
                listed = "\n".join(f"{n}. {_escaped(x)}" for n, x in enumerate(texts, 1))
                lines += ["## References", listed]
    return "\n\n".join(lines).encode()


def plain_text(blocks):
    lines = []
    for block in blocks:
        match block:
            case Title(text) | Heading(text, _) | Paragraph(text) | Figure(text):
                lines.append(plain(text))
            case Items(texts, numbered):
                marks = [f"{n}." if numbered else "•" for n in range(1, len(texts) + 1)]
                lines.append("\n".join(f"{m} {plain(x)}" for m, x in zip(marks, texts, strict=True)))
            case Table(caption, header, rows):
                lines += [plain(caption), *(" ; ".join(map(plain, row)) for row in [header, *rows])]
            case References(texts):
                lines += ["References", "\n".join(f"{n}. {plain(x)}" for n, x in enumerate(texts, 1))]
    return "\n\n".join(lines).encode()


def export(blocks):
    head = next((plain(b.text) for b in blocks if isinstance(b, Title)), "Report")
    body = plain_text([b for b in blocks if not isinstance(b, Title | References)]).decode()
    return f"Topics\nMedicine\nSections\nCases\nGating Strategy\nOpen\nDisplay Headline\n{head}\n\n{body}\n".encode()


# Collections of texts


def _records(blocks):
    records = []
    for block in blocks:
        match block:
            case Heading(text, _):
                records.append((plain(text), []))
            case Paragraph(text):
                if not records:
                    records.append(("Opening", []))
                records[-1][1].append(plain(text))
    return [(title, "\n\n".join(texts)) for title, texts in records if texts]


def csv_of(blocks, delimiter=","):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([("title", "text"), *_records(blocks)])
    return file.getvalue().encode()


def tsv_of(blocks):
    return csv_of(blocks, "\t")


def jsonl(blocks):
    records = ({"title": title, "text": text} for title, text in _records(blocks))
    return "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode()


@dataclass(frozen=True)
class Format:
    """What writes a format, and which of its blocks and marks the format can say."""

    write: object
    says: frozenset


BLOCKS = frozenset({"title", "headings", "paragraphs", "items", "tables", "captions", "references"})
MARKS = frozenset({RAISED, LOWERED, HIDDEN, STRUCK, CITED})
RECORDS = frozenset({"paragraphs", "records"})

FORMATS = {
    ".md": Format(markdown, frozenset({"title", "headings", "paragraphs", "items", "rows", "references"})),
    ".txt": Format(plain_text, frozenset({"title", "paragraphs", "items"})),
    ".export.txt": Format(export, frozenset({"title", "paragraphs", "items"})),
    ".html": Format(html, BLOCKS | MARKS),
    ".xml": Format(jats, BLOCKS | MARKS),
    ".docx": Format(word_file, BLOCKS | MARKS),
    ".epub": Format(book, BLOCKS | MARKS),
    ".csv": Format(csv_of, RECORDS),
    ".tsv": Format(tsv_of, RECORDS),
    ".jsonl": Format(jsonl, RECORDS),
}
"""By the end of a file's name. A loader that is added gets a line here."""
