"""What people wait for imports no more than it needs, and an extra that is missing is one sentence.

Each runs in a process of its own, in which some libraries cannot be imported.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from calcqa.config import EXTRAS
from helpers import census
from helpers.paths import EDITION, REPO

QUESTION = "What did the wound culture grow?"
HEAVY = ("torch", "transformers", "sentence_transformers", "matplotlib", "onnx", "onnxscript", "sklearn")

FORBID = """
import sys
class Forbid:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{name} is forbidden", name=name)
sys.meta_path.insert(0, Forbid())
"""

PROGRAM = "from calcqa.cli.main import main; main()"

ADD = f"""
import calcqa
from pathlib import Path
from calcqa.workspace import Workspace
workspace = Workspace(calcqa.open("index"))
added = workspace.add(Path("own.md"))
print(workspace.assistant(added.id).ask({QUESTION!r}).text)
print(workspace.assistant().ask({QUESTION!r}).text)
"""


@pytest.fixture
def work(tmp_path, real_encoder):
    """A folder with the index and a document of one's own."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "index").symlink_to(REPO / "index")
    text = EDITION.read_text(encoding="utf-8").replace("Staphylococcus", "Streptococcus")
    (folder / "own.md").write_text(text, encoding="utf-8")
    return folder


def without(work, forbidden):
    """Return the environment in which these libraries cannot be imported, here and in what is started from here."""
    spy = work / "spy"
    spy.mkdir()
    (spy / "sitecustomize.py").write_text(f"FORBIDDEN = {tuple(forbidden)}\n{FORBID}", encoding="utf-8")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(spy), str(REPO / "src")])}


def run(work, forbidden, *arguments, program=PROGRAM):
    """Run the program, or another, without these libraries."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=work, env=without(work, forbidden), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", HEAVY)
def test_what_is_forbidden_cannot_be_imported(work, name):
    done = run(work, HEAVY, program=f"import {name}")
    assert done.returncode == 1 and f"{name} is forbidden" in done.stderr


@pytest.mark.models
def test_building_imports_nothing_heavy(work):
    done = run(work, HEAVY, "build", "own.md", "--out", "own")
    assert done.returncode == 0, done.stderr
    assert (work / "own" / "manifest.json").is_file() and not done.stderr


@pytest.mark.models
def test_asking_imports_nothing_heavy(work):
    done = run(work, HEAVY, "ask", QUESTION)
    assert done.returncode == 0, done.stderr
    assert "Staphylococcus aureus" in done.stdout and not done.stderr


@pytest.mark.models
def test_adding_a_document_imports_nothing_heavy(work):
    done = run(work, HEAVY, program=ADD)
    assert done.returncode == 0, done.stderr
    assert "Streptococcus" in done.stdout and not done.stderr


@pytest.mark.models
@pytest.mark.slow
def test_the_page_imports_nothing_heavy(work):
    served = census.talk(str(Path(sys.executable).with_name("calcqa")), work, without(work, HEAVY))
    assert served["answered"] and not served["failed"]


@pytest.mark.parametrize("name", EXTRAS["eval"])
@pytest.mark.parametrize("command", ["eval", "fit"])
def test_a_missing_extra_is_one_sentence(work, command, name):
    done = run(work, [name], command, str(REPO / "questions" / "report.jsonl"))
    assert done.returncode == 2
    assert done.stderr == f"This needs {name}, which is not installed; run: pip install 'calcqa[eval]'\n"
