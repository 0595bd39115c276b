"""A parser of Markdown whose every rule keeps what it reads: tables, HTML, comments and definitions as tokens.

CommonMark with tables, struck-out text and the HTML that people write by hand. It differs from it where that would lose
something: a row of a table keeps all its cells, HTML is read instead of handed on, a definition of a link needs a
target that looks like one and a link to it, and what is left out becomes a token of the type 'dropped' with its reason
as its info.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from calcqa.documents.tree.visibility import STRUCK, why_unseen

DEEPEST = 100
"""Lists and quotes within each other."""

_INTERPRETED = (
    "b i em strong u p br hr sub sup s del strike table caption thead tbody tfoot tr td th colgroup col li img"
)
_OTHERS = (
    "a abbr address article aside audio base bdi bdo big blockquote body button canvas center cite code data dd details"
    " dfn dialog div dl dt embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header html iframe"
    " input ins kbd label legend link main map mark meta nav noscript object ol optgroup option output picture pre"
    " progress q samp script section select small source span style summary svg template textarea time title tt ul var"
    " video wbr"
)
_NAMES = "|".join(sorted((_INTERPRETED + " " + _OTHERS).split(), key=len, reverse=True))
_BARE = (
    "allowfullscreen|async|autoplay|checked|compact|controls|defer|disabled|download|hidden|inert|itemscope|loop|multiple"
    "|muted|nowrap|open|readonly|required|reversed|selected"
)
# Only these need no value: in '3<b and c>2' nothing is a tag.
_ATTRIBUTE = rf"""\s++(?:[\w:.-]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'=<>`]++)|(?:{_BARE})(?![\w-]))"""
TAG = re.compile(rf"<(?P<closing>/?)(?P<name>{_NAMES})(?P<attributes>(?:{_ATTRIBUTE})*+)\s*+/?>", re.IGNORECASE)
"""An HTML tag: of a name that HTML has, for '<AST and AST>' is none."""

ALONE = frozenset("br hr img p td th tr li wbr col input link meta base embed source".split())
"""Tags that need no closing one."""

_ATTRIBUTES = re.compile(r"""([\w:.-]++)(?:\s*+=\s*+(?:"([^"<]*+)"|'([^'<]*+)'|([^\s"'=<>`]++)))?""")
_DECLARATION = re.compile(r"<(?:![A-Za-z][^<>]*+|\?[^<>]*+\?)>")
_TABLE_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>table|caption|thead|tbody|tfoot|tr|td|th|colgroup|col)(?![\w-])[^<>]*+>", re.IGNORECASE
)
_UNSEEN = re.compile(r"<(?P<name>script|style|template)(?![\w-])", re.IGNORECASE)
_DELIMITERS = re.compile(r"\|?(?: *+:?-++:? *+\|)*+ *+(?::?-++:? *+)?\|?")
_CELL_END = re.compile(r"(?<!\\)\|")
_ADDRESS = (
    r"(?:https?|ftp|mailto|tel|file|data):[^\s<>]++|www\.[^\s<>]++|/[^\s<>]*+|\.{1,2}/[^\s<>]*+"
    r"|[\w%-]++(?:[./][\w%-]++)*\.[A-Za-z]\w{1,5}(?:[#?][^\s<>]*+)?"
)
_DEFINITION = re.compile(
    rf"\[(?P<label>[^\[\]\n^]++)\]: *+(?P<target><(?:{_ADDRESS})>|{_ADDRESS})"
    rf"(?: ++(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\)))? *+"
)
_LABEL = re.compile(r"\[([^\[\]\n^]++)\](?!:)")


def parser() -> MarkdownIt:
    """Return the parser; its tokens are CommonMark's but for those of tables and 'dropped'."""
    made = MarkdownIt("commonmark", {"html": True, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    made.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    made.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    made.block.ruler.at("reference", _definition)
    made.inline.ruler.at("html_inline", _tag)
    return made


class _Element(dict[str, str]):
    """The attributes of a tag, as an element of HTML has them."""

    def __init__(self, tag: re.Match[str]) -> None:
        super().__init__((m[1].lower(), m[2] or m[3] or m[4] or "") for m in _ATTRIBUTES.finditer(tag["attributes"]))
        self.tag = tag["name"].lower()


def why_left_out(tag: re.Match[str]) -> str:
    """Return why what stands behind this match of `TAG` is left out; empty if it is shown."""
    reason = why_unseen(_Element(tag))
    return reason and ("struck out" if reason == STRUCK else "not shown")


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _dropped(state: StateBlock, text: str, reason: str) -> None:
    token = state.push("dropped", "", 0)
    token.content, token.info = text, reason


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table whose columns are parted by '|'; each of its rows has as many cells as are written."""
    if start + 2 > end or state.is_code_block(start) or state.sCount[start + 1] < state.blkIndent:
        return False
    delimiters = _line(state, start + 1).strip()
    if "-" not in delimiters or "|" not in delimiters + _line(state, start):
        return False
    header = _cells(_line(state, start))
    if "|" not in _line(state, start) or not _DELIMITERS.fullmatch(delimiters):
        return False
    if len(header) != len(_cells(delimiters)) and len(header) < 2:
        return False
    if silent:
        return True
    ends = state.md.block.ruler.getRules("blockquote")
    state.push("table_open", "table", 1)
    _row(state, header)
    line = start + 2
    while line < end and state.sCount[line] >= state.blkIndent and "|" in (text := _line(state, line)):
        if state.is_code_block(line) or any(rule(state, line, end, True) for rule in ends):
            break
        _row(state, _cells(text))
        line += 1
    state.push("table_close", "table", -1)
    state.line = line
    return True


def _cells(line: str) -> list[str]:
    """Return the cells of a row; '|' behind a backslash belongs to a cell."""
    cells = [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(line.strip())]
    if cells and not cells[0]:
        del cells[0]
    if cells and not cells[-1]:
        del cells[-1]
    return cells


def _row(state: StateBlock, cells: list[str]) -> None:
    state.push("tr_open", "tr", 1)
    for cell in cells:
        state.push("td_open", "td", 1)
        _inline(state, cell)
        state.push("td_close", "td", -1)
    state.push("tr_close", "tr", -1)


def _inline(state: StateBlock, text: str) -> None:
    token = state.push("inline", "", 0)
    token.content, token.children = text, []


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a comment, a script or style, or a table in HTML; all other HTML is part of a paragraph."""
    if state.is_code_block(start):
        return False
    at = state.bMarks[start] + state.tShift[start]
    unseen: re.Match[str] | None = None
    if state.src.startswith("<!--", at):
        closing = "-->"
    elif state.src[at : at + 6].lower() == "<table":
        closing = "</table>"
    elif unseen := _hidden(state.src, at):
        closing = f"</{unseen['name'].lower()}>"
    else:
        return False
    ends = _ends(state, closing)
    place = bisect_left(ends, at + len("<!---->"))
    if place == len(ends) or ends[place] > state.eMarks[end - 1]:
        return False
    if silent:
        return True
    stop = ends[place]
    last = bisect_left(state.eMarks, stop, start, end)
    rest = state.src[stop : state.eMarks[last]]
    text = state.getLines(start, last, state.blkIndent, True) + state.src[state.bMarks[last] : stop]
    if closing == "</table>":
        _html_table(state, text)
    else:
        _dropped(state, text, "not shown" if unseen else "a comment")
    if rest.strip():
        state.push("paragraph_open", "p", 1)
        _inline(state, rest.strip())
        state.push("paragraph_close", "p", -1)
    state.line = last + 1
    return True


def _hidden(source: str, at: int) -> re.Match[str] | None:
    """Return the tag at this place, if its content is not shown; what is struck out is part of its paragraph."""
    tag = TAG.match(source, at)
    shown = not tag or tag["closing"] or why_left_out(tag) != "not shown"
    return _UNSEEN.match(source, at) if shown else tag


def _ends(state: StateBlock, closing: str) -> list[int]:
    """Return where each `closing` in the text ends; it is looked for once."""
    if closing not in state.env:
        state.env[closing] = [m.end() for m in re.finditer(re.escape(closing), state.src, re.IGNORECASE)]
    ends: list[int] = state.env[closing]
    return ends


def _html_table(state: StateBlock, text: str) -> None:
    """Turn a table in HTML into rows of cells; its caption, and what stands between cells, into paragraphs."""
    rows: list[list[str]] = []
    others: list[str] = []
    inside, at = "", 0
    for tag in _TABLE_TAG.finditer(text):
        piece, at = text[at : tag.start()], tag.end()
        if inside == "cell" and rows and rows[-1]:
            rows[-1][-1] += piece
        elif piece.strip():
            others.append(piece)
        name, closing = tag["name"].lower(), bool(tag["closing"])
        if name == "tr" and not closing:
            rows.append([])
        if name in ("td", "th") and not closing:
            rows = rows or [[]]
            rows[-1].append("")
        inside = "cell" if name in ("td", "th") and not closing else ""
    for other in others:
        state.push("paragraph_open", "p", 1)
        _inline(state, other.strip())
        state.push("paragraph_close", "p", -1)
    state.push("table_open", "table", 1)
    for row in rows:
        if row:
            _row(state, [" ".join(cell.split()) for cell in row])
    state.push("table_close", "table", -1)


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the definition of a link: '[label]: target', the address or file of a link that the text has."""
    if state.is_code_block(start):
        return False
    match = _DEFINITION.fullmatch(_line(state, start))
    if not match:
        return False
    label = normalizeReference(match["label"])
    if "labels" not in state.env:
        state.env["labels"] = {normalizeReference(used[1]) for used in _LABEL.finditer(state.src)}
    if label not in state.env["labels"]:
        return False
    if not silent:
        values = {"title": "", "href": state.md.normalizeLink(match["target"].strip("<>"))}
        state.env.setdefault("references", {}).setdefault(label, values)
        _dropped(state, match[0].strip(), "the address of a link")
        state.line = start + 1
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    """Read an HTML tag, comment or declaration."""
    source, at = state.src, state.pos
    if source[at] != "<":
        return False
    if source.startswith("<!--", at):
        end = source.find("-->", at + 4) + 3 if state.html_terminator_last("-->") >= at + 4 else 0
    else:
        match = TAG.match(source, at) or _DECLARATION.match(source, at)
        end = match.end() if match else 0
    if not end:
        return False
    if not silent:
        token = state.push("html_inline", "", 0)
        token.content = source[at:end]
    state.pos = end
    return True
