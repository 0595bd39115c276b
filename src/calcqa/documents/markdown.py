"""Loads Markdown (CommonMark with tables and strikethrough), with YAML front matter.

Does: headings, paragraphs, lists (nested ones flattened), tables, quotes and code as blocks of plain text; inline
markup is removed, the text of links and the descriptions of images stay. Raw HTML is kept as literal text. Front matter
becomes metadata, its values as they were written. Does not: interpret HTML, follow links, or know footnotes and
formulas, which stay as they are written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from calcqa.documents.base import HEADING, Loaded, Part, build, heading
from calcqa.documents.repair import BULLET, squeeze
from calcqa.errors import DocumentError
from calcqa.language.characters import clean_characters
from calcqa.types import BlockKind, Dropped

# A rule ("---" and a blank line) at the top of a file is not front matter.
_FENCE = re.compile(r"---[ ]*\n(?=[ ]*\S)")
_FENCE_END = re.compile(r"^(?:---|\.\.\.)[ ]*$\n?", re.MULTILINE)
_LONGEST_FRONT_MATTER = 100_000  # code points; YAML is read slowly
_SPARE_CELLS = 10_000
_DEEPEST = 100
_BLANK_LINE = re.compile(r"\n[ >]*+\n")
_DELIMITER = re.compile(r"^[ >]*+[|:-][|: \t-]*+$", re.MULTILINE)  # the row of a table below its heading
_LISTS = frozenset({"bullet_list", "ordered_list"})


def load_markdown(text: str, source: str) -> Loaded:
    """Load Markdown; `source` is the file's name. The title is the front matter's, else the first heading.

    Raises `DocumentError` if the front matter is broken, or there is no text, or lists, quotes or tables go beyond what
    can be read.
    """
    gone: Counter[str] = Counter()
    metadata, dropped, body = _front_matter(clean_characters(text, gone), source)
    parts = list(_parse(body, source))
    first = next((part for part in parts if part.kind is HEADING), None)
    title = metadata.get("title") or (first.text if first else None)
    if first and title and squeeze(title).casefold() == first.text.casefold():
        parts.remove(first)  # `build` sets the title first
    return build(source, title, parts, metadata, dropped, gone)


def _front_matter(text: str, source: str) -> tuple[dict[str, str], list[Dropped], str]:
    start = _FENCE.match(text)
    if not start:
        return {}, [], text
    end = _FENCE_END.search(text, start.end())
    if not end:
        raise DocumentError(f"The front matter of {source} has no closing line '---'.")
    if end.start() - start.end() > _LONGEST_FRONT_MATTER:
        raise DocumentError(f"The front matter of {source} is longer than {_LONGEST_FRONT_MATTER:,} characters.")
    try:
        # BaseLoader builds nothing but text, lists and mappings, so it is as safe as the safe loader, and it leaves
        # values as written: an issue "01" stays "01", a date stays a date's digits.
        values = yaml.load(text[start.end() : end.start()], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "nested too deep"
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark else ""
        raise DocumentError(f"The front matter of {source} is not YAML{where}: {problem}.") from error
    if not isinstance(values, dict):
        raise DocumentError(f"The front matter of {source} is not a mapping of names to values.")
    metadata: dict[str, str] = {}
    dropped: list[Dropped] = []
    left = end.start() - start.end()  # only aliases, with which a few lines hold gigabytes, make more of it
    for key, value in values.items():
        parts = value if isinstance(value, list) else [value]
        left -= len(parts)
        nested = left < 0 or not all(isinstance(part, str) for part in (key, *parts))
        if nested or (left := left - sum(map(len, parts))) < 0:
            dropped.append(Dropped(str(key), "nested front matter"))
        elif line := squeeze(", ".join(parts)):
            metadata[key] = line
    return metadata, dropped, text[end.end() :]


def _check_tables(text: str, source: str) -> None:
    """Hold the cells that the tables of `text` would have against its length.

    A row that is short is filled up: a table of a thousand columns and a thousand empty rows has a million cells.
    """
    cells = 0
    for block in _BLANK_LINE.split(text):
        columns = max((row.count("|") for row in _DELIMITER.findall(block)), default=0)
        cells += (columns and columns + 1) * (block.count("\n") + 1)
    if cells > len(text) + _SPARE_CELLS:
        raise DocumentError(f"{source} has tables with more empty cells than can be read.")


def _parse(text: str, source: str) -> Iterator[Part]:
    _check_tables(text, source)
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    # At its limit the parser leaves out what lies deeper, without a word.
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        raise DocumentError(f"{source} has lists or quotes nested deeper than {_DEEPEST} levels.")
    for token in tokens:
        # Flat, because emphasis can be nested as deep as a line is long, and the tree is built by recursion.
        if token.type == "inline":
            token.content = squeeze(_plain(token.children or []))
            token.children = []
    for node in SyntaxTreeNode(tokens).children:
        yield from _parts(node)


def _plain(tokens: Sequence[Token]) -> str:
    """Return the text of inline tokens. The tokens that open and close markup have none."""
    return "".join(
        " " if token.type.endswith("break") else _plain(token.children) if token.children else token.content
        for token in tokens
    )


def _text(node: SyntaxTreeNode) -> str:
    return " ".join(child.content for child in node.children)


def _parts(node: SyntaxTreeNode) -> Iterator[Part]:
    match node.type:
        case "heading" if text := _text(node):
            yield heading(text, int(node.tag[1:]))
        case "paragraph":
            yield Part(_text(node))
        case "bullet_list" | "ordered_list":
            for number, (marker, text) in enumerate(_items(node)):
                yield Part(text, BlockKind.ITEM, marker=marker, tight=number > 0)
        case "table":
            for number, row in enumerate(row for part in node.children for row in part.children):
                cells = " | ".join(_text(cell) for cell in row.children)
                yield Part(cells, BlockKind.ROW, level=int(number == 0), tight=number > 0)
        case "fence" | "code_block" | "html_block":
            yield Part(node.content)
        case "blockquote":
            for child in node.children:
                for part in _parts(child):  # a quoted heading is not the outline's
                    yield Part(part.text) if part.kind is HEADING else part


def _items(node: SyntaxTreeNode) -> Iterator[tuple[str, str]]:
    """Yield the markers and texts of a list's items, those of nested lists below their own."""
    number = int(node.attrs.get("start", 1))
    for index, item in enumerate(node.children):
        marker = BULLET if node.type == "bullet_list" else f"{number + index}. "
        parts = (part for child in item.children if child.type not in _LISTS for part in _parts(child))
        if text := squeeze(" ".join(part.marker + part.text for part in parts)):
            yield marker, text
        for child in item.children:
            if child.type in _LISTS:
                yield from _items(child)
