"""The commands and the Python of README and docs do what is written there: every one is run."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calcqa.conversations.feedback import Feedback
from helpers.paths import REPO, SOURCE
from helpers.pdfs import Pdf
from scripts import cli_docs

README = (REPO / "README.md").read_text(encoding="utf-8")
PAGES = [REPO / "README.md", REPO / "CONTRIBUTING.md", *sorted((REPO / "docs").glob("*.md"))]
RUN = [page for page in PAGES if page.name != "benchmarks.md"]  # its commands ask sets that no checkout has
BLOCKS = [block for page in RUN for block in re.findall(r"```(\w+)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
SERVERS = ("make ", "calcqa serve", "python app.py", "git ", "cd ")
"""Commands that set up, run for ever, or are run by continuous integration itself."""


def commands():
    lines = [line.split("  #")[0].strip() for kind, body in BLOCKS if kind == "sh" for line in body.splitlines()]
    return list(dict.fromkeys(line for line in lines if line and not line.startswith(SERVERS)))


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder with what a checkout has, so that nothing of it is written to."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("corpus", "index", "questions"):
        shutil.copytree(REPO / name, folder / name)
    (folder / "notes.md").write_text("# Notes\n\nThe spleen weighed 200 g.\n", encoding="utf-8")
    pdf = Pdf()
    pdf.text(60, 760, "A large spleen", 18, "Times-Bold")
    pdf.column(60, 720, "The spleen weighed 2,300 g and was removed.", width=450)
    pdf.canvas.save()
    (folder / "report.pdf").write_bytes(pdf.file.getvalue())
    (folder / "ward-note.md").write_text("# Ward note\n\nThe knee hurt. It was iced.\n", encoding="utf-8")
    cited = {"number": 1, "quote": "It was iced.", "document_id": "0", "document_title": "Ward note"}
    cited |= {"start": 0, "end": 12}
    (folder / "talk.json").write_text(json.dumps({"citations": [cited]}), encoding="utf-8")
    (folder / "export.txt").write_text((REPO / "tests" / "helpers" / "export.txt").read_text(encoding="utf-8"))
    (table,) = [body for kind, body in BLOCKS if kind == "csv"]
    (folder / "my.csv").write_text(table, encoding="utf-8")
    Feedback(folder / "feedback.sqlite")  # as `calcqa serve --feedback` makes it
    return folder


def test_there_are_commands_to_run():
    assert len(commands()) >= 8
    for target in ("make run", "make test"):
        assert target in README
    assert all(re.search(rf"^{target}:", (REPO / "Makefile").read_text(), re.M) for target in ("run", "test", "check"))


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_a_command(workplace, command):
    assert command.startswith("calcqa "), command
    done = subprocess.run(
        command,
        shell=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        cwd=workplace,
        input="What is calciphylaxis?\n",
        capture_output=True,
        text=True,
        check=False,
    )
    abstains = "colchicine" in command  # the one that shows a refusal
    assert done.returncode == (3 if abstains else 0), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.models
@pytest.mark.parametrize("code", [body for kind, body in BLOCKS if kind == "python"])
def test_the_python(workplace, code, monkeypatch):
    monkeypatch.chdir(workplace)
    exec(compile(code, "docs", "exec"), {})  # noqa: S102 - our own pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_and_files_that_are_linked_are_there(page):
    for name in re.findall(r"\]\(((?!http)[^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_modules_that_are_named_are_there(page):
    for name in re.findall(r"`([a-z_]+/[\w/]+\.py)`", page.read_text(encoding="utf-8")):
        packages = (REPO, SOURCE, SOURCE / "evaluation")
        assert "NAME" in name or any((package / name).exists() for package in packages), name


PROGRAMS = sorted(
    p for name in ("src", "benchmarks", "training", "scripts", "tests") for p in (REPO / name).rglob("*.py")
)
NAMED = re.compile(r"(?<![\w/.:*{}-])((?:[a-z_]+/)+[\w-]+\.(?:py|md|js|css|toml))\b")


def docstrings(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def missing(text, beside):
    """Return the files that `text` names, from the root or the package's or beside it, and that are not there."""
    folders = (REPO, SOURCE, *beside.parents)
    return [name for name in NAMED.findall(text) if not any((folder / name).exists() for folder in folders)]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(REPO).as_posix())
def test_files_that_docstrings_name_are_there(path):
    assert [name for text in docstrings(path) for name in missing(text, path)] == []


def test_a_file_that_is_not_there_is_seen():
    assert missing("by tests/fuzzing.py, not `tests/test_docs.py`", REPO / "tests" / "x.py") == ["tests/fuzzing.py"]


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 100


def test_the_command_line_reference_is_what_the_program_says():
    assert (REPO / "docs" / "cli.md").read_text(encoding="utf-8") == cli_docs.reference()


@pytest.mark.parametrize("path", sorted(REPO.glob("src/calcqa/weights/*/README.md")), ids=lambda p: p.parent.name)
def test_a_model_card_has_all_its_figures(path):
    assert not re.findall(r"@[A-Z]+@|TODO|\?\?", path.read_text(encoding="utf-8"))
