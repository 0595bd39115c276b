"""The architecture: which package may import which, no cycles, no long files, a true `__all__`, and a quick import."""

import ast
import inspect
import io
import json
import re
import subprocess
import sys
import tokenize
from graphlib import CycleError, TopologicalSorter
from typing import get_type_hints

import pytest

import calcqa
from calcqa.stores import base
from helpers.paths import REPO, SOURCE

ORDER = re.compile(r"^    (types .*)$", re.MULTILINE).findall(
    (REPO / "docs" / "architecture.md").read_text(encoding="utf-8")
)
GROUPS = [group.split() for line in ORDER for group in line.split("<")]
LEVELS = {package: level for level, group in enumerate(GROUPS) for package in group}
"""The packages by the order of imports, which stands in docs/architecture.md as one line."""

FORMER = {"AskedAhead": "FAQEntry", "IndexError_": "IndexFormatError"}
"""Public names that were renamed, each still there for a release."""

HEAVY = (
    "bm25s",
    "faiss",
    "gradio",
    "ir_measures",
    "matplotlib",
    "numpy",
    "onnxruntime",
    "pandas",
    "sentence_transformers",
    "sklearn",
    "tiktoken",
    "torch",
)
LONGEST = 300

MANNERED = re.compile(
    r"\b(?:asked ahead|silences?|leanings|leans? on|mends?|mended|the house|doors?|stairs|shel(?:f|ves)|strangers?|"
    r"gaps?)\b",
    re.IGNORECASE,
)

MANNERED_WORDS = re.compile(
    r"(?<![a-z])(?:asked_ahead|silences?|leanings?|shel(?:f|ves)|pooling|deciding|joining|mend(?:s|ed|ing)?|said|found)"
    r"(?![a-z])"
)
"""Words that no name has, parts of it taken in lower case."""

FORMER_NAMES = {"AskedAhead", "Shelf", "groups_found", "said_before", "said_after", "mended_by"}
"""Names with such words that stay: former public names, and keys of runs, comparisons and logs."""

FILES = {
    ".".join(("calcqa", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}
MODULES = {name: path for name, path in FILES.items() if name not in ("calcqa", "calcqa.__main__")}
"""All but those that name what every package offers, and run the command line."""


def imports(name):
    """Return the modules of calcqa that the module `name` imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names if a.name.split(".")[0] == "calcqa"}
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "calcqa"):
            assert node.level == 0, f"{name} imports relatively; packages are named in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in FILES else node.module)
    return found - {name, "calcqa"}


def package(name):
    return name.split(".")[1]


def test_the_order_names_every_package_and_no_other():
    assert len(ORDER) == 1
    assert sorted(p for group in GROUPS for p in group) == sorted({package(name) for name in MODULES})


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_to_the_left(name):
    right = {other for other in imports(name) if LEVELS[package(other)] > LEVELS[package(name)]}
    assert not right, f"{name} imports from packages right of its own: {', '.join(sorted(right))}"


def test_packages_between_two_signs_do_not_need_each_other_in_turn():
    needs = {p: set() for p in LEVELS}
    for name in MODULES:
        needs[package(name)] |= {package(other) for other in imports(name)} - {package(name)}
    TopologicalSorter(needs).prepare()


def test_the_top_is_short():
    entries = {
        path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    assert len(entries) <= 25, sorted(entries)


def test_no_cycles():
    try:
        TopologicalSorter({name: imports(name) for name in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_walk_sees_imports():
    assert {"calcqa.types", "calcqa.documents.corpus", "calcqa.faq.entries", "calcqa.stores.exact"} <= imports(
        "calcqa.index.build"
    )
    assert "calcqa.documents.plain" in imports("calcqa.documents.load")


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_long(name):
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_holds(name):
    assert ast.get_docstring(ast.parse(FILES[name].read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", MODULES)
def test_docstrings_are_plain(name):
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    texts = [node.value.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and is_text(node.value)]
    assert texts and not [m.group() for text in texts for m in MANNERED.finditer(re.sub('`gap`|"gap"', "", text))]


@pytest.mark.parametrize("name", FILES)
def test_names_and_comments_are_plain(name):
    source = FILES[name].read_text(encoding="utf-8")
    assert not mannered_names(source) - FORMER_NAMES
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    assert not [t.string for t in tokens if t.type == tokenize.COMMENT and MANNERED.search(t.string)]


def test_mannered_names_are_seen():
    assert mannered_names("def f(shelf_size): return shelf_size") == {"shelf_size"}
    assert mannered_names("class _FoundPassage:\n    said: int = 0") == {"_FoundPassage", "said"}
    assert mannered_names("x = [asked_ahead for a in y.leaning]; f(joining=1)") == {"asked_ahead", "leaning", "joining"}
    assert mannered_names("from a import mended as b, c as deciding; founder = 1") == {"deciding"}


def mannered_names(source):
    """Return the names in a program that have one of the words of `MANNERED_WORDS`."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        for field in ("id", "name", "attr", "arg", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str) and not (isinstance(node, ast.alias) and field == "name"):
                names.add(name)
    return {name for name in names if MANNERED_WORDS.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())}


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_all_is_the_public_names_and_each_resolves():
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("calcqa.")]
    public = {alias.asname or alias.name for node in nodes for alias in node.names} | {"__version__", *FORMER}
    assert set(calcqa.__all__) == public
    assert calcqa.__all__ == sorted(set(calcqa.__all__)) == sorted(dir(calcqa))
    for name in calcqa.__all__:
        assert getattr(calcqa, name) is not None
    assert all(getattr(calcqa, old) is getattr(calcqa, new) for old, new in FORMER.items())
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = calcqa.nonsense


PLACES = {"IdTable", "Places", "top"}
"""What stores know places by: no other package imports it, and no method of a store takes or returns it."""

STORE_PROTOCOLS = (base.VectorSearch, base.VectorStore, base.LexicalSearch, base.LexicalStore)


def places_known(source):
    """Return what a program imports or reads of a store that only the store may know."""
    known = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("calcqa.stores"):
            known += [a.name for a in node.names if a.name in PLACES or a.name.startswith("_")]
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            known += [ast.unparse(node)] if of in ("store", "lexical", "own_words") else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "vectors":
            known += [ast.unparse(node)] if any("range" in ast.unparse(a) for a in node.args) else []
    return known


@pytest.mark.parametrize("name", [name for name in MODULES if package(name) != "stores"])
def test_nobody_outside_the_stores_knows_where_they_keep_what_they_hold(name):
    assert not places_known(FILES[name].read_text(encoding="utf-8"))


def test_what_knows_such_places_is_seen():
    assert places_known("from calcqa.stores.base import IdTable, Match") == ["IdTable"]
    assert places_known("x = index.store._fields; y = lexical._at[0]") == ["index.store._fields", "lexical._at"]
    assert places_known("index.store.vectors(field, range(9))") and not places_known("store.vectors(field, ids)")


@pytest.mark.parametrize("protocol", STORE_PROTOCOLS)
def test_stores_take_and_return_ids_and_no_places(protocol):
    """Whole numbers are a number of results to return, or of what there is."""
    methods = [v for c in protocol.__mro__ for n, v in vars(c).items() if n[0] != "_" and inspect.isfunction(v)]
    assert methods
    for method in methods:
        for name, kind in get_type_hints(method).items():
            assert kind is not int or name == "k" or (name == "return" and method.__name__ == "count")
            assert "int64" not in str(kind)


def quotes_compared(source):
    """Return the comparisons of a quote with a slice of a text."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare))
    return [
        ast.unparse(node)
        for node in nodes
        if any(isinstance(side, ast.Attribute) and side.attr == "quote" for side in (node.left, *node.comparators))
        and any(isinstance(side, ast.Subscript) and is_slice(side) for side in (node.left, *node.comparators))
    ]


def is_slice(side):
    return isinstance(side.slice, ast.Slice)


@pytest.mark.parametrize("name", [name for name in MODULES if package(name) != "types"])
def test_whether_a_quote_stands_is_decided_by_the_citation(name):
    assert not quotes_compared(FILES[name].read_text(encoding="utf-8"))


def test_such_a_comparison_is_seen():
    assert quotes_compared("good = [c for c in cited if document.text[c.start : c.end] == c.quote]")
    assert quotes_compared("citation.quote != text[a:b]") and not quotes_compared("c.quote == texts[1]")
    assert quotes_compared(FILES["calcqa.types.answers"].read_text(encoding="utf-8"))


def test_it_is_typed():
    assert (SOURCE / "py.typed").is_file()


def test_importing_it_loads_nothing_heavy():
    program = f"import calcqa, json, sys; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
