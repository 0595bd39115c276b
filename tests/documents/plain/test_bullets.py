"""Bullets and list numbers, told from signs and numbers of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.documents.plain.bullets import bulleted, lettered_item, list_item
from calcqa.documents.plain.loader import load_plain
from calcqa.documents.repair import squeeze
from calcqa.types import BlockKind


def rewritten(text):
    return "\n".join(bulleted(text.split("\n")))


@pytest.mark.parametrize("line", ["•  x", "  • x", "•x", "- x", "* x", "+ x", "– x", "▪ x", "\uf0b7 x", "  - 3 falls"])
def test_bullets(line):
    assert rewritten(f"lead-in\n{line}\nend") == "lead-in\n• " + line.lstrip(" -*+–•▪\uf0b7") + "\nend"


@pytest.mark.parametrize(
    "line",
    [
        "-5 degrees",
        "*emphasis*",
        "a - b",
        "3. x",
        "•",
        "—",
        "- 5.2 mmol/L",
        "– 3",
        "* 4 cm",
        "+ 2",
        "- ve",
        "- 7 °C",
        "- .5",
    ],
)
def test_no_bullet(line):
    assert rewritten(f"lead-in\n{line}\nend") == f"lead-in\n{line}\nend"


@pytest.mark.parametrize(
    ("lines", "is_list"),
    [
        (["Doses:", "- 5 falls", "- 10 mg"], True),
        (["Doses", "- 5 mg", "- 10 mg"], False),
        (["Doses", "- aspirin 5 mg", "- 10 mg"], True),
        (["Doses", "- 5 mmol/L", "- 10 mmol/L"], False),
        (["Doses", "* 5 mg", "* 10 mg"], True),
        (["Doses", "- 5 mg", "- none"], True),
        (["Doses", "- none", "wrapped", "- 5 mg"], True),
        (["Doses", "- none", "", "It was", "- 5 mg"], None),
        (["Base excess", "- 5.1", "Gap", "- 4.2"], False),
        (["- a", "  - 5 mg", "- b"], None),
    ],
)
def test_several_lines_are_a_list_by_their_lead_in_and_their_words(lines, is_list):
    kept = bulleted(lines)
    marked = sum(line.startswith("•") for line in kept)
    dashes = sum(line.lstrip(" ").startswith(("-", "*")) for line in lines)
    assert marked == (dashes if is_list else dashes - 1 if is_list is None else 0)
    assert [line.lstrip(" •-*") for line in kept] == [line.lstrip(" -*") for line in lines]


@pytest.mark.parametrize("lead", ["Base excess:", "Change in weight"])
@pytest.mark.parametrize("mark", "-+–")
def test_items_that_all_are_values_keep_their_marks(lead, mark):
    items = [list_item(line) for line in bulleted([lead, f"{mark} 2.5 kg by May", f"{mark} 3.5 kg by June"])]
    assert items == [None, (f"{mark} ", "2.5 kg by May"), (f"{mark} ", "3.5 kg by June")]


def test_items():
    assert list_item("• a") == ("• ", "a")
    assert list_item(" 12) a") == ("12) ", "a") and list_item("3. a") == ("3. ", "a")
    assert list_item("[^x]: a") == ("[^x]: ", "a")
    assert list_item("3.5 a") is None and list_item("b) a") is None
    assert lettered_item("b) a") == ("b) ", "a") and lettered_item("(c) a") == ("(c) ", "a")


@pytest.mark.parametrize("clean", [squeeze, rewritten])
@given(text=st.text() | st.text(alphabet="ab19.,:-+*>• ()\n", max_size=60))
def test_it_is_done_once(clean, text):
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet="ab19. :-+*>•\n", max_size=80))
def test_only_marks_and_indents_change(text):
    assert [c for c in rewritten(text) if c not in " -+*•\u2060"] == [c for c in text if c not in " -+*•"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Urine dip\n- - -", "Urine dip\n- - -"),
        ("Urine dip:\n\n- - -", "Urine dip:\n\n- - -"),
        ("Blood, nitrite:\n- +", "Blood, nitrite:\n- +"),
        ("Reflexes\n\n– + –", "Reflexes\n\n– + –"),
        ("Dip:\n---", "Dip:\n---"),
        ("It was seen.\n- - -\nMore of it.", "It was seen.\n\nMore of it."),
        ("Seen here\n" + "- " * 30 + "\nMore of it.", "Seen here\n\nMore of it."),
    ],
)
def test_signs_alone_on_a_line_are_results_where_they_may_be(text, expected):
    document = load_plain(f"Note\n\nShe came.\n\n{text}\n\nShe left.", "note.txt").document
    inside = document.text.removeprefix("Note\n\nShe came.\n\n").removesuffix("\n\nShe left.")
    assert inside.split() == expected.split()
    assert all(block.kind is BlockKind.PARAGRAPH for block in document.blocks[1:])
    is_rule = "More" in text
    assert [d.reason for d in document.dropped] == ["a rule"] * is_rule
