"""The house: which room may import which, no cycles, no long files, a true `__all__`, and a quick import."""

import ast
import json
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

import calcqa
from paths import SOURCE

LEVELS = {
    "errors": 0,
    "domain": 0,
    "settings": 0,
    "offline": 0,
    "characters": 1,
    "text": 1,
    "untrusted": 1,
    "terms": 1,
    "question_types": 1,
    "parts": 1,
    "loaders": 2,
    "cleaning": 2,
    "chunking": 2,
    "asked_ahead": 2,
    "arrays": 3,
    "encoder_files": 3,
    "apart": 3,
    "encoding": 3,
    "lexical": 3,
    "learning": 3,
    "windows": 3,
    "reading": 3,
    "readers": 3,
    "stores": 3,
    "records": 3,
    "sources": 3,
    "manifest": 3,
    "exchanging": 3,
    "index": 4,
    "building": 4,
    "joining": 4,
    "pooling": 5,
    "retrieval": 5,
    "conversation": 5,
    "evidence": 5,
    "quoting": 5,
    "deciding": 5,
    "answering": 6,
    "assistant": 7,
    "shelf": 7,
    "keeping": 7,
    "checking": 8,
    "rendering": 8,
    "readback": 8,
    "transcripts": 8,
    "texts": 1,
    "feedback": 8,
    "exporting": 8,
    "verifying": 8,
    "suggesting": 8,
    "wordings": 8,
    "evaluation": 8,
    "interfaces": 9,
}
"""The rooms, bottom to top; imports point to a room of the same level or a lower one."""

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
LONGEST = 320

FILES = {
    ".".join(("calcqa", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}
MODULES = {name: path for name, path in FILES.items() if name != "calcqa"}  # the front door looks into every room


def imports(name):
    """Return the modules of calcqa that the module `name` imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names if a.name.split(".")[0] == "calcqa"}
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "calcqa"):
            assert node.level == 0, f"{name} imports relatively; rooms are named in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in FILES else node.module)
    return found - {name, "calcqa"}


def room(name):
    return name.split(".")[1]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_in_a_room_and_imports_point_down(name):
    assert room(name) in LEVELS, f"{room(name)} has no level; the rooms are {', '.join(LEVELS)}"
    up = {other for other in imports(name) if LEVELS[room(other)] > LEVELS[room(name)]}
    assert not up, f"{name} (level {LEVELS[room(name)]}) imports from above: {', '.join(sorted(up))}"


def test_no_cycles():
    try:
        TopologicalSorter({name: imports(name) for name in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_walk_sees_imports():
    assert {"calcqa.domain", "calcqa.sources", "calcqa.loaders.base", "calcqa.stores.flat"} <= imports(
        "calcqa.building"
    )
    assert "calcqa.loaders.plain" in imports("calcqa.loaders")


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_long(name):
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_holds(name):
    assert ast.get_docstring(ast.parse(FILES[name].read_text(encoding="utf-8")))


def test_all_is_the_public_names_and_each_resolves():
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("calcqa.")]
    public = {alias.asname or alias.name for node in nodes for alias in node.names} | {"__version__"}
    assert set(calcqa.__all__) == public
    assert calcqa.__all__ == sorted(set(calcqa.__all__)) == sorted(dir(calcqa))
    for name in calcqa.__all__:
        assert getattr(calcqa, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = calcqa.nonsense


def test_it_is_typed():
    assert (SOURCE / "py.typed").is_file()


def test_importing_it_loads_nothing_heavy():
    program = f"import calcqa, json, sys; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
