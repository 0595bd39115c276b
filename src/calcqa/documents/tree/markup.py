"""Parses untrusted XML and HTML with lxml: no entities, no network, no DTD, within bounds; and decodes bytes.

Does: say in one sentence what is wrong with a file. Does not: know JATS, or what of a page is its text.
"""

from __future__ import annotations

import codecs
import re
from functools import partial
from html.entities import html5
from typing import Any

from calcqa.documents import messages
from calcqa.documents.tree.comparisons import comparisons_escaped
from calcqa.errors import DocumentError

MOST_ELEMENTS = 1_000_000
DEEPEST = 256
"""Levels of elements; the parser's own bound, at which it stops."""

_HEAD = 2_048  # bytes in which an encoding may be declared
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_DECLARED = re.compile(
    rb"""<meta[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]*?encoding\s*=\s*["']([\w:.-]+)""", re.I
)
_BYTE_ORDER = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ENCODINGS = re.compile(
    r"utf-8|cp125\d|iso8859-\d{1,2}|koi8-[ru]|gb18030|gbk|gb2312|big5|euc_(?:jp|kr)|shift_jis|ascii"
)
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}

Element = Any


def lxml(name: str) -> Any:
    """Return `lxml.etree`, with which the file `name` is to be read.

    Raises `DocumentError`, with the command that installs it, where it is missing.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise DocumentError(messages.EXTRA_MISSING.format(name=name, package="lxml", extra="documents")) from error
    return etree


def parsed_xml(data: bytes, name: str) -> Element:
    """Return the root element of a file of XML.

    Raises `DocumentError` if it is broken, too deep, or has too many elements.
    """
    etree = lxml(name)
    _check_size(data, name)
    data = data.lstrip()  # a declaration counts as one only at the very start
    parse = partial(_parse_xml, etree, name)
    try:
        return parse(data)
    except etree.XMLSyntaxError as error:
        if "ntity" not in str(error):
            raise _broken(error, name) from error
    try:  # entities of HTML that nothing declares
        return parse(_ENTITY.sub(_character, text_of_markup(data, name)).encode())
    except etree.XMLSyntaxError as error:
        raise _broken(error, name) from error


def _parse_xml(etree: Any, name: str, data: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True, collect_ids=False
    )
    return etree.fromstring(data, parser)


def _character(match: re.Match[str]) -> str:
    name = match[1]
    characters = None if name in _XML_ENTITIES else html5.get(f"{name};")
    return "".join(f"&#{ord(c)};" for c in characters) if characters else match[0]


def parsed_html(text: str, name: str) -> Element:
    """Return the root element of a page of HTML; a '<' that is no tag is text (`comparisons.py`).

    Raises `DocumentError` if it is empty, too deep, or has too many elements.
    """
    etree = lxml(name)
    data = text.encode("utf-8", "replace")
    _check_size(data, name)
    data = comparisons_escaped(text).encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True, collect_ids=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(error, name) from error
    if any("depth" in error.message for error in parser.error_log):
        raise DocumentError(messages.TOO_DEEP.format(name=name, most=DEEPEST))
    if any("huge" in error.message.lower() for error in parser.error_log):
        raise DocumentError(messages.NOT_THE_KIND.format(name=name, kind="page", problem="one text in it is too long"))
    if root is None:
        raise DocumentError(f"{name} has no text.")
    return root


def text_of_markup(data: bytes, name: str) -> str:
    """Return the text of bytes of HTML: in the encoding of their byte order mark, else as declared, else in UTF-8.

    Raises `DocumentError` if they are not text in that encoding, or it is one that cannot be read.
    """
    encoding = next((encoding for mark, encoding in _BYTE_ORDER if data.startswith(mark)), "")
    if not encoding:
        declared = _DECLARED.search(data[:_HEAD])
        label = (declared[1] or declared[2]).decode("ascii", "replace") if declared else "utf-8"
        encoding = _encoding(label, name)
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        message = messages.NOT_DECODED.format(name=name, encoding=encoding.upper(), at=error.start)
        raise DocumentError(message) from error
    if "\0" in text:
        raise DocumentError(f"{name} is a binary file, not text.")
    return text


def _encoding(label: str, name: str) -> str:
    """Return Python's name of an encoding. UTF-16 can be declared only by what is none, as browsers have it."""
    try:
        encoding = codecs.lookup("utf-8" if label.lower().startswith("utf-16") else label).name
    except LookupError:
        encoding = ""
    if not _ENCODINGS.fullmatch(encoding):
        raise DocumentError(messages.NO_ENCODING.format(name=name, encoding=label[:40]))
    return _WIDER.get(encoding, encoding)


def _check_size(data: bytes, name: str) -> None:
    if data.count(b"<") > MOST_ELEMENTS * 2:
        raise DocumentError(messages.TOO_MANY_ELEMENTS.format(name=name, most=MOST_ELEMENTS))


def _broken(error: Exception, name: str) -> DocumentError:
    problem = str(getattr(error, "msg", None) or error).split("\n")[0].strip().rstrip(".")
    if "depth" in problem.lower():
        return DocumentError(messages.TOO_DEEP.format(name=name, most=DEEPEST))
    if "amplification" in problem:
        problem = "its entities expand beyond bounds"
    return DocumentError(messages.NOT_XML.format(name=name, problem=problem[:200] or "it is empty"))
