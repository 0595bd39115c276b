"""Nothing is reported, fetched, or written outside our own cache: the whole program, watched from outside."""

import ast
import json
import os
import subprocess
import sys

import pytest

from helpers import census
from helpers.paths import REPO

SEED = "/gradio/hash_seed.txt"
"""Gradio writes a number into its own package the first time it is imported, where it may."""

OUTWARD = """
import ctypes, socket, struct
try:
    socket.getaddrinfo("example.invalid", 80)
except OSError:
    pass
try:
    socket.create_connection(("192.0.2.1", 80))
except OSError:
    pass
open(LOST, "w").close()
if ALONE:  # as a library beside Python: there is no way out of this network
    address = struct.pack("=H", 2) + struct.pack("!H", 80) + bytes((192, 0, 2, 1)) + bytes(8)
    with socket.socket() as tried:
        assert ctypes.CDLL(None).connect(tried.fileno(), address, 16) != 0
"""


def counted(folder, *, program=""):
    """Run the census in a process of its own, of the whole program or of one given."""
    command = [sys.executable, census.__file__, str(folder), *([program] if program else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return counted(tmp_path_factory.mktemp("census"))


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.timeout(1200)
class TestTheWholeProgram:
    def test_it_works(self, seen):
        assert seen["failed"] == {}
        assert seen["served"]["answered"] >= 1 and seen["served"]["failed"] == 0

    def test_it_looks_up_and_reaches_nobody(self, seen):
        assert [line for line in seen["noted"] if not line.startswith("open ")] == []
        assert set(seen["left"].values()) <= {0}

    def test_it_writes_into_its_cache_and_what_it_was_told_to_alone(self, seen):
        assert [line for line in seen["noted"] if line.startswith("open ") and SEED not in line] == []
        assert seen["strays"] == []
        assert seen["cached"]  # there was something to see


@pytest.mark.slow
def test_the_census_sees_what_leaves_and_what_strays(tmp_path):
    lost = tmp_path / "lost"
    folder = tmp_path / "folder"
    folder.mkdir()
    seen = counted(folder, program=OUTWARD.replace("LOST", repr(str(lost))))
    assert [line.split(" by ")[0] for line in seen["noted"]] == [
        "socket.getaddrinfo 'example.invalid'",
        "socket.getaddrinfo '192.0.2.1'",
        f"open '{lost}'",
    ]
    if seen["alone"]:
        assert seen["left"]["Ip:OutNoRoutes"] == 1


@pytest.mark.parametrize("package", ["calcqa", "training", "benchmarks"])
def test_reports_stay_off_whatever_the_environment_says(package):
    on = {"ORT_DISABLE_TELEMETRY": "0", "GRADIO_ANALYTICS_ENABLED": "True", "DO_NOT_TRACK": "0"}
    program = f"import {package}, os, json; print(json.dumps([os.environ[n] for n in {tuple(on)}]))"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=REPO, env=os.environ | on, capture_output=True, text=True)
    assert json.loads(done.stdout) == ["1", "False", "1"]


SCRIPTS = [REPO / "app.py", *sorted((REPO / "scripts").glob("*.py"))]  # the packages are held above
REPORTING = {"onnxruntime", "gradio", "huggingface_hub", "transformers", "sentence_transformers"}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_script_imports_calcqa_before_any_library_that_reports(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = {}
    for node in nodes:
        for name in [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]:
            lines.setdefault(name.split(".")[0], node.lineno)
    assert all(lines["calcqa"] < lines[name] for name in REPORTING & set(lines))
