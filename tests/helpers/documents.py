"""What tests of loaders share: the one form of a document, held; its blocks and sections."""

import re

from calcqa.types import text_hash


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
