"""English is data: complete, used, and without logic."""

import ast
import dataclasses
import re

import pytest

from calcqa.language.base import Language
from calcqa.language.english import ENGLISH
from calcqa.query.answer_types import Wanted
from helpers.paths import SOURCE

FIELDS = [f.name for f in dataclasses.fields(Language)]
PATTERNS = {
    name: value
    for name in FIELDS
    if isinstance(value := getattr(ENGLISH, name), str) and name not in ("stemmer", "possessive")
}


def test_it_has_no_logic():
    tree = ast.parse((SOURCE / "language" / "english.py").read_text(encoding="utf-8"))
    logic = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.If, ast.IfExp, ast.For, ast.While, ast.comprehension)
    assert not [node for node in ast.walk(tree) if isinstance(node, logic)]


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_used(name):
    files = [f for f in SOURCE.rglob("*.py") if f.parent.name != "language" or f.name not in ("base.py", "english.py")]
    assert any(f"ENGLISH.{name}" in f.read_text(encoding="utf-8") for f in files)


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_compiles_and_matches_no_empty_text(name):
    pattern = re.compile(PATTERNS[name], re.IGNORECASE)
    assert name == "part_opening" or not pattern.match("")


def test_every_type_of_answer_has_its_patterns():
    assert set(ENGLISH.asking) == set(Wanted)
    assert set(ENGLISH.holding) == set(Wanted) - {Wanted.PERSON}  # which is told by its capital letter


def test_negations_are_no_stopwords():
    assert not ENGLISH.stopwords & {"no", "not", "never", "without", "none", "nor"}
