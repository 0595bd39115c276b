"""Loads Markdown (CommonMark with tables, struck-out text, and HTML by hand), with YAML front matter.

Does: headings, paragraphs, lists (of nested items their level), tables, quotes and code as blocks of plain text; inline
markup is removed, the text of links and the descriptions of images stay; sub- and superscripts are written as such.
Front matter becomes metadata. Struck-out and hidden text, comments, HTML tags and addresses of links are left out and
reported. Signs, operators and units are never taken for markup (`documents/markdown/literal.py`). Does not: follow
links, or know formulas, which stay as they are written; footnotes stay where they stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from calcqa.documents.base import HEADING, Loaded, Part, build, heading
from calcqa.documents.markdown.front_matter import front_matter
from calcqa.documents.markdown.inline import BREAK, Inline
from calcqa.documents.markdown.literal import shielded
from calcqa.documents.markdown.rules import DEEPEST, parser
from calcqa.documents.plain.bullets import is_value
from calcqa.documents.plain.headings import states
from calcqa.documents.plain.lines import goes_on, pieces_of
from calcqa.documents.plain.loader import RULE
from calcqa.documents.repair import BULLET, squeeze
from calcqa.errors import DocumentError
from calcqa.language.characters import clean_characters
from calcqa.language.references import reference_marks
from calcqa.types import BlockKind, Dropped, Span

_LISTS = frozenset({"bullet_list", "ordered_list"})
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\](?!:)")
_LONGEST_UNDERLINED = 120  # code points of a heading with a line below it


def load_markdown(text: str, source: str) -> Loaded:
    """Load Markdown; `source` is the file's name. The title is the front matter's, else the first heading.

    Raises `DocumentError` if there is no text, or lists or quotes are nested deeper than can be read.
    """
    gone: Counter[str] = Counter()
    metadata, dropped, body = front_matter(clean_characters(text, gone))
    parts = list(_parse(body, source, dropped))
    first = next((part for part in parts if part.kind is HEADING), None)
    title = metadata.get("title") or (first.text if first else None)
    if first and title and squeeze(title).casefold() == first.text.casefold():
        parts.remove(first)  # `build` sets the title first
    return build(source, title, parts, metadata, dropped, gone)


def _parse(text: str, source: str, dropped: list[Dropped]) -> Iterator[Part]:
    text, back = shielded(text)
    tokens = parser().parse(text)
    # At its limit the parser leaves out what lies deeper, without a word.
    if any(token.level >= DEEPEST - 1 for token in tokens):
        raise DocumentError(f"{source} has lists or quotes nested deeper than {DEEPEST} levels.")
    inline = Inline(text)
    lines = ["", *text.split("\n")]
    for number, token in enumerate(tokens):
        # Flat, because emphasis can be nested as deep as a line is long, and the tree is built by recursion.
        if token.type == "inline":
            token.content = inline.text(token.children or []).translate(back)
            token.children = []
        elif token.type == "dropped":
            inline.dropped.append(Dropped(token.content.strip(), token.info))
        elif rule := _rule_below_text(tokens, number, lines):
            inline.dropped.append(Dropped(rule, RULE))
        else:
            token.content = token.content.translate(back)
            if token.type == "fence" and token.info.strip():
                inline.dropped.append(Dropped(token.markup + token.info.strip(), "the language of code"))
    dropped += (Dropped(one.text.translate(back), one.reason) for one in inline.dropped)
    for node in SyntaxTreeNode(tokens).children:
        yield from _parts(node)


def _rule_below_text(tokens: Sequence[Token], number: int, lines: Sequence[str]) -> str:
    """Return the line of a rule that stands right below text and makes no heading of it; nothing for other tokens."""
    token = tokens[number]
    if token.type == "hr" and token.map and lines[token.map[0]].strip(" >"):
        return lines[token.map[0] + 1].strip(" >")
    if token.type != "heading_close" or token.markup != "-" or _is_underlined(tokens[number - 1].content):
        return ""
    ends = (tokens[number - 2].map or (0, 0))[1]
    return lines[ends].strip(" >")


def _written(node: SyntaxTreeNode) -> str:
    return "\n".join(child.content for child in node.children)


def _text(node: SyntaxTreeNode) -> str:
    return squeeze(_written(node))


def _parts(node: SyntaxTreeNode) -> Iterator[Part]:
    match node.type:
        case "heading" if text := _text(node):
            if node.markup in ("-", "=") and not _is_underlined(_written(node)):
                yield from _paragraphs(_written(node))
            else:
                yield heading(text, int(node.tag[1:]))
        case "paragraph":
            yield from _paragraphs(_written(node))
        case "bullet_list" | "ordered_list":
            for number, (marker, text, level) in enumerate(_items(node)):
                kind = BlockKind.ITEM if marker else BlockKind.PARAGRAPH
                yield Part(text, kind, level if marker else 0, marker, tight=number > 0)
        case "table":
            for number, row in enumerate(node.children):
                cells = " | ".join(_text(cell) for cell in row.children)
                yield Part(cells, BlockKind.ROW, level=int(number == 0), tight=number > 0)
        case "fence" | "code_block":
            yield Part(node.content)
        case "blockquote":
            for child in node.children:
                for part in _parts(child):  # a quoted heading is not the outline's
                    yield Part(part.text) if part.kind is HEADING else part


def _is_underlined(text: str) -> bool:
    """Say whether a text with a line of '-' or '=' below it is a heading, and no fact above a rule."""
    return "\n" not in text and len(text) <= _LONGEST_UNDERLINED and text[-1] not in ".;,:" and not states(text)


def _paragraphs(text: str) -> Iterator[Part]:
    """Yield the parts of a paragraph: lines that the file ends itself stay apart, and so do lettered items."""
    pieces: list[str] = []
    for piece in text.split(BREAK):
        if pieces and goes_on(squeeze(pieces[-1])):
            pieces[-1] += "\n" + piece
        else:
            pieces.append(piece)
    tight = False
    for marker, line in (one for piece in pieces for one in pieces_of(piece.split("\n"))):
        if line := squeeze(line):
            kind = BlockKind.ITEM if marker else BlockKind.PARAGRAPH
            yield Part(line, kind, marker=marker, tight=tight, references=_footnotes(line))
            tight = True


def _footnotes(text: str) -> tuple[Span, ...] | None:
    """Return where the numbers of footnotes and references stand; None where there are no footnotes."""
    notes = [Span(*match.span()) for match in _FOOTNOTE.finditer(text)]
    return tuple(sorted([*notes, *reference_marks(text)])) if notes else None


def _items(node: SyntaxTreeNode, level: int = 0) -> Iterator[tuple[str, str, int]]:
    """Yield the marker, as it is written, text and level of a list's items, those of nested lists below their own.

    What has a marker alone is text: '135.' on a line of its own is the end of a sentence. Dashes and pluses that all
    stand before values stay what they are, for they may be signs.
    """
    items = []
    for item in node.children:
        parts = (part for child in item.children if child.type not in _LISTS for part in _parts(child))
        text = squeeze(" ".join(part.marker + part.text for part in parts))
        items.append(
            (item, text, [one for child in item.children if child.type in _LISTS for one in _items(child, level + 1)])
        )
    is_numbered = node.type == "ordered_list"
    first = items[0][0].markup
    may_be_signs = first in "-+" and all(
        is_value(text or "".join(nested[0][:2])) for _, text, nested in items if text or nested
    )
    for item, text, nested in items:
        marker = f"{item.info}{item.markup} " if is_numbered else f"{first} " if may_be_signs else BULLET
        if text:
            yield marker, text, level
        elif nested and (is_numbered or may_be_signs):  # '1. - rest', '- 135.'
            nested[0] = (marker + nested[0][0], nested[0][1], level)
        elif not nested:
            yield "", f"{item.info}{item.markup}", level
        yield from nested
