"""Where a quote stands, in words; and no sentence is written twice under one name."""

import re

import pytest

from calcqa import messages, rendering
from helpers.paths import SOURCE


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ((3, 9), "characters 3–9"),
        ((3, 9, 2), "page 2, characters 3–9"),
        ((3, 9, 2, True), "page 2, characters 3–9 (read by OCR)"),
    ],
)
def test_where_a_quote_stands_is_said_with_its_page(at, words):
    assert rendering.where(*at) == words


def test_no_name_of_a_message_is_given_twice():
    names = re.findall(r"^([A-Z_]+) = ", (SOURCE / "messages.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(names) > 100 and sorted(names) == sorted(set(names))
    assert all(hasattr(messages, name) for name in names)
