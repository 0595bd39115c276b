"""The numbers that decide: all in one place, each used, and what an index may say of them."""

import ast
import dataclasses
import json

import pytest

from calcqa.parameters import DEFAULTS, Priors, Weights
from calcqa.query.decomposition import parts
from helpers.paths import REPO

FIELDS = {f.name for f in dataclasses.fields(Weights)}


def test_every_number_is_used_where_something_is_decided():
    used = set()
    for file in (REPO / "src" / "calcqa").rglob("*.py"):
        if file.name not in ("parameters.py", "fit.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not (FIELDS | set(Priors._fields)) - used


def test_every_constant_is_used_where_something_is_decided():
    tree = ast.parse((REPO / "src" / "calcqa" / "parameters.py").read_text(encoding="utf-8"))
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    constants = {t.id for t in targets if isinstance(t, ast.Name) and not t.id.startswith("_")} - {"DEFAULTS"}
    imported = set()
    for file in (REPO / "src" / "calcqa").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "calcqa.parameters":
                imported |= {alias.name for alias in node.names}
    assert len(constants) >= 10 and not constants - imported


@pytest.mark.parametrize(
    ("question", "changed", "parts_left"),
    [("How big is it, and where does it sit?", {"most_parts": 1}, 1), ("How big is it, and why is it?", {}, 2),
     ("How big is it, and why is it?", {"part_words": 4}, 1)],
)  # fmt: skip
def test_a_number_of_the_index_decides(question, changed, parts_left):
    assert len(parts(question, dataclasses.replace(DEFAULTS, **changed))) == parts_left


def test_they_travel_as_json_and_an_older_manifest_takes_the_defaults():
    changed = dataclasses.replace(DEFAULTS, depth=7, k1=1.2, priors=Priors(title=0.5))
    assert Weights.from_dict(json.loads(json.dumps(changed.to_dict()))) == changed
    older = {k: v for k, v in changed.to_dict().items() if k not in ("depth", "priors")}
    assert Weights.from_dict(older) == dataclasses.replace(DEFAULTS, k1=1.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"depth": 1_001},  # more would cost whoever asks
        {"close": 0},
        {"wider": 21},
        {"whole_passage": 1.5},
        {"further": 1.5},
        {"read_sentences": True},
        {"probe_floor": 0.0},
        {"shrinkage": -0.5},
        {"spelling_alike": 1.5},
        {"priors": [0.1]},
        {"priors": ["a"] * len(Priors._fields)},
        {"priors": [0.1] * (len(Priors._fields) + 1)},
        {"b": float("nan")},
        {"read": [0.1] * (len(DEFAULTS.read) + 1)},
        {"read": list(DEFAULTS.read[:-2])},
        {"asked": list(DEFAULTS.asked[:-1])},
        {"unheard_of": 1.0},
    ],
)
def test_what_no_fit_writes_is_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        Weights.from_dict(wrong)


def test_a_reader_brings_its_own_numbers_and_no_others():
    own = {"read_threshold": 0.3, "read": [0.5] * len(DEFAULTS.read), "read_sentences": 8}
    changed = DEFAULTS.of_reader(own)
    assert (changed.read_threshold, changed.read, changed.read_sentences) == (0.3, (0.5,) * len(DEFAULTS.read), 8)
    assert dataclasses.replace(changed, read_threshold=DEFAULTS.read_threshold, read=DEFAULTS.read,
                               read_sentences=DEFAULTS.read_sentences) == DEFAULTS  # fmt: skip
    assert DEFAULTS.of_reader({}) is DEFAULTS


@pytest.mark.parametrize("wrong", [{"asked_threshold": 0.1}, {"read": [0.1]}, {"read_sentences": 0}, {"k1": 2.0}])
def test_a_reader_has_no_say_in_what_is_not_read(wrong):
    with pytest.raises(ValueError):
        DEFAULTS.of_reader(wrong)
