"""How each format writes the invented documents of `helpers/invented.py`.

`FORMATS` names what writes a document in each format, and what the format can say. Formats of text are written in
`helpers/written_texts.py`, PDF in `helpers/pdfs.py`, Word in `helpers/word_files.py`.
"""

from dataclasses import dataclass
from html import escape

from helpers.books import epub
from helpers.invented import (
    CITED,
    HIDDEN,
    LOWERED,
    RAISED,
    STRUCK,
    Figure,
    Heading,
    Items,
    Paragraph,
    References,
    Table,
    Title,
    plain,
)
from helpers.pdfs import pdf_of
from helpers.word_files import docx_of
from helpers.written_texts import csv_of, export, jsonl, markdown, plain_text, tsv_of

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


@dataclass(frozen=True)
class Format:
    """What writes a format, and which of its blocks and marks the format can say."""

    write: object
    says: frozenset


BLOCKS = frozenset({"title", "headings", "levels", "paragraphs", "items", "tables", "captions", "references"})
SHIFTED = frozenset({RAISED, LOWERED})
MARKS = SHIFTED | {CITED, HIDDEN, STRUCK}
RECORDS = frozenset({"paragraphs", "records"})

FORMATS = {
    ".md": Format(markdown, (BLOCKS - {"captions"}) | MARKS - {CITED}),
    ".txt": Format(plain_text, (BLOCKS - {"levels"}) | SHIFTED),
    ".export.txt": Format(export, frozenset({"title", "paragraphs", "items", "references"}) | SHIFTED),
    ".html": Format(html, BLOCKS | MARKS),
    ".xml": Format(jats, BLOCKS | MARKS),
    ".docx": Format(docx_of, BLOCKS | MARKS),
    ".epub": Format(book, BLOCKS | MARKS),
    ".pdf": Format(pdf_of, BLOCKS | MARKS - {STRUCK}),
    ".csv": Format(csv_of, RECORDS),
    ".tsv": Format(tsv_of, RECORDS),
    ".jsonl": Format(jsonl, RECORDS),
}
"""By the end of a file's name. A loader that is added gets a line here."""
