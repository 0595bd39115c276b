"""How the formats of text write invented documents: Markdown, plain text, a web export, and collections of texts."""

import csv
import io
import json

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

_SPECIAL = set("\\`*_{}[]()#+-.!|<>~&:")

_MARKDOWN = {
    RAISED: "<sup>{}</sup>",
    LOWERED: "<sub>{}</sub>",
    HIDDEN: '<span style="display:none">{}</span>',
    STRUCK: "~~{}~~",
    CITED: "<sup>{}</sup>",
}


def _escaped(text):
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in text)


def _marked(text):
    return "".join(_escaped(p) if isinstance(p, str) else _MARKDOWN[p.kind].format(_escaped(p.text)) for p in text)


def _numbers(texts, numbered, bullet):
    return [f"{n}." if numbered else bullet for n in range(1, len(texts) + 1)]


def _listed(texts, numbered, bullet, write):
    marks = _numbers(texts, numbered, bullet)
    return "\n".join(f"{mark} {write(text)}" for mark, text in zip(marks, texts, strict=True))


def markdown(blocks):
    lines = []
    for block in blocks:
        match block:
            case Title(text):
                lines.append(f"# {_marked(text)}")
            case Heading(text, level):
                lines.append(f"{'#' * (level + 1)} {_marked(text)}")
            case Paragraph(text) | Figure(text):
                lines.append(_marked(text))
            case Items(texts, numbered):
                lines.append(_listed(texts, numbered, "-", _marked))
            case Table(caption, header, rows):
                table = ["| " + " | ".join(map(_marked, row)) + " |" for row in (header, *rows)]
                lines += [_marked(caption), "\n".join([table[0], "|" + "---|" * len(header), *table[1:]])]
            case References(texts):
                lines += ["## References", _listed(texts, True, "", _marked)]
    return "\n\n".join(lines).encode()


_UP = str.maketrans("0123456789+−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_DOWN = str.maketrans("0123456789+−", "₀₁₂₃₄₅₆₇₈₉₊₋")


def _typed(text):
    """Return a text as people type it: raised and lowered digits in Unicode, reference numbers behind their word."""
    typed = ""
    for piece in text:
        if isinstance(piece, str) or piece.kind == CITED:
            typed += plain((piece,))
        elif piece.kind == LOWERED:
            typed += piece.text.translate(_DOWN)
        elif piece.kind == RAISED:
            raised = piece.text.translate(_UP)
            typed += f"^({raised})" if raised == piece.text else raised
    return typed


def plain_text(blocks, cell="\t"):
    """Return a note as people type it, the `cell`s of a row parted by tabs."""
    lines = []
    for block in blocks:
        match block:
            case Title(text) | Heading(text, _) | Paragraph(text) | Figure(text):
                lines.append(_typed(text))
            case Items(texts, numbered):
                lines.append(_listed(texts, numbered, "•", _typed))
            case Table(caption, header, rows):
                table = (cell.join(map(_typed, row)) for row in (header, *rows))
                lines += [_typed(caption), "\n".join(table)]
            case References(texts):
                lines += ["References", _listed(texts, True, "", _typed)]
    return "\n\n".join(lines).encode()


def export(blocks):
    head = next((plain(b.text) for b in blocks if isinstance(b, Title)), "Note")
    body = plain_text([b for b in blocks if not isinstance(b, Title)], " ; ").decode()
    fields = "Topics\nMedicine\nSections\nCases\nGating Strategy\nOpen\nDisqus Comments\nNone\nDisplay Headline"
    return f"{fields}\n{head}\n\n{body}\n".encode()


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
