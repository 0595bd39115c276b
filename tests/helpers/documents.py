"""What tests of loaders share: the one form of a document, held; its blocks and sections."""

import json
import re

from calcqa.documents.records import document_record, read_document
from calcqa.types import BlockKind, text_hash


def section(document, title):
    found = next(s for s in document.sections if s.title == title)
    return document.text[found.start : found.end].rstrip("\n")


def blocks(document):
    return document.text.split("\n\n")


def assert_one_form(document):
    text = document.text
    assert text.startswith(document.title)
    assert not re.search(r"\n{3,}| $|\n$", text)
    assert not re.search(r" $", text, re.MULTILINE)
    assert document.id == text_hash(text)[:16]
    assert [s.level for s in document.sections].count(1) == 1
    starts = [s.start for s in document.sections]
    assert starts == sorted(starts) and starts[0] == 0 and document.sections[0].end == len(text)
    for index, s in enumerate(document.sections):
        assert text[s.start : s.start + len(s.title)] == s.title
        assert text[s.start + len(s.title) :][:2] in {"", "\n\n"}
        later = [other.start for other in document.sections[index + 1 :] if other.level <= s.level]
        assert s.end == (later[0] if later else len(text))
    assert_blocks(document)


def assert_blocks(document):
    """Hold the blocks against the text: in order, only line ends between them, headings where sections start."""
    text, at = document.text, 0
    assert document.blocks[0].kind is BlockKind.TITLE
    for block in document.blocks:
        gap = text[at : block.start]
        assert gap == ("" if at == 0 else "\n" if len(gap) == 1 else "\n\n") and block.start < block.end
        assert "\n\n" not in text[block.start : block.end]
        assert all(0 <= lead.start < lead.end <= block.start for lead in block.context)
        assert all(document.block_at(i) is block for i in (block.start, block.end - 1))
        at = block.end
    assert at == len(text)
    outline = [(b.start, b.level) for b in document.blocks if b.kind in (BlockKind.TITLE, BlockKind.HEADING)]
    assert outline == [(s.start, s.level) for s in document.sections]
    assert read_document(json.loads(json.dumps(document_record(document)))) == document
