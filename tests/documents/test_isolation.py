"""Untrusted files, loaded in a separate process: the same document as here, and an end to what takes too much."""

import json
import os
import subprocess
import sys

import pytest

from calcqa.documents import isolation
from calcqa.documents.chunking import units
from calcqa.documents.isolation import load_apart
from calcqa.documents.load import load
from calcqa.errors import DocumentError
from helpers.paths import REPO
from helpers.small import SMALL_DOCUMENT

PLENTY = 20, 1_000_000_000


@pytest.fixture
def ward(tmp_path):
    path = tmp_path / "ward.md"
    path.write_text(SMALL_DOCUMENT, encoding="utf-8")
    return path


def test_what_comes_back_is_what_would_have_been_loaded_here(ward):
    for path in (ward, *sorted((REPO / "corpus").glob("*.md"))):
        document = load(path).document
        assert load_apart(path.read_bytes(), path.name, *PLENTY) == (document, sum(map(len, units(document))))


def test_what_cannot_be_loaded_is_output_by_the_name_people_know():
    for content, problem in ((b"# Only a title", "has no text"), (b"", "is empty"), (b"\xff", "is not text in UTF-8")):
        with pytest.raises(DocumentError, match=rf"^notes\.md {problem}"):
            load_apart(content, "notes.md", *PLENTY)
    with pytest.raises(DocumentError, match=r"^notes\.exe is of a kind that cannot be loaded"):
        load_apart(b"text", "notes.exe", *PLENTY)


def test_what_takes_too_long_is_ended():
    with pytest.raises(DocumentError, match=r"^slow\.md takes too long to read\.$"):
        load_apart(b"[" * 2_000_000, "slow.md", 1, PLENTY[1])


def test_what_waits_too_long_is_ended(ward, monkeypatch):
    monkeypatch.setattr(isolation, "_GRACE", -1)
    with pytest.raises(DocumentError, match=r"^ward\.md takes too long to read\.$"):
        load_apart(ward.read_bytes(), "ward.md", 1, PLENTY[1])


def test_what_needs_too_much_memory_is_ended():
    with pytest.raises(DocumentError, match=r"^large\.md needs too much memory to be read\.$"):
        load_apart(b"- a\n" * 500_000, "large.md", PLENTY[0], 200_000_000)


@pytest.mark.parametrize("output", ["", "no JSON", "{}", '{"document": {"id": "0"}, "sentences": 1}', "[1]"])
def test_what_is_no_document_that_comes_back_is_an_error_of_ours(ward, monkeypatch, output):
    monkeypatch.setattr(isolation.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, output.encode()))
    with pytest.raises(DocumentError, match="its reader broke down"):
        load_apart(ward.read_bytes(), "ward.md", *PLENTY)


def test_a_text_that_is_not_the_one_its_id_names_is_refused(ward, monkeypatch):
    record = {"id": "0" * 16, "source": "a", "title": "A", "text": "A", "sections": [], "metadata": {}}
    output = json.dumps({"document": record, "sentences": 1})
    monkeypatch.setattr(isolation.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 0, output.encode()))
    with pytest.raises(DocumentError, match="its reader broke down"):
        load_apart(ward.read_bytes(), "ward.md", *PLENTY)


def test_the_process_inherits_no_secrets_and_loads_nothing_heavy(ward, monkeypatch):
    seen = {}

    def run(command, env, **options):
        seen.update(env)
        return subprocess.CompletedProcess(command, 0, b"{}")

    monkeypatch.setenv("CALCQA_SECRET", "swordfish")
    monkeypatch.setattr(isolation.subprocess, "run", run)
    with pytest.raises(DocumentError):
        load_apart(ward.read_bytes(), "ward.md", *PLENTY)
    assert set(seen) <= {*isolation._KEPT, "PYTHONPATH", "PYTHONUTF8"}
    monkeypatch.undo()
    imported = "print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    program = f"import calcqa.documents.isolation, json, sys; {imported}"
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=paths)
    assert not {"numpy", "faiss", "onnxruntime", "torch", "gradio", "tokenizers"} & set(json.loads(done.stdout))
