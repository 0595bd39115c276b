"""The commands that serve the page and let somebody in, as scripts and people use them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import calcqa
from calcqa.cli.main import app
from calcqa.cli.serve import parse_size
from calcqa.errors import InputError
from calcqa.server.app import Serving
from calcqa.server.auth import load_users

PROGRAM = str(Path(sys.executable).with_name("calcqa"))
SECRET = "open sesame"


@pytest.fixture
def served(monkeypatch):
    """Run `calcqa serve` without a page: what it was called with."""
    calls = []

    def serve(assistant, options, **more):
        calls.append((assistant, options, more))

    monkeypatch.setitem(sys.modules, "calcqa.server.page.layout", SimpleNamespace(serve=serve))
    monkeypatch.setattr(calcqa, "open", lambda index: f"opened {index}", raising=False)

    def run(*arguments):
        result = CliRunner().invoke(app, ["serve", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return (result.exit_code, *(calls[-1] if calls else ()))

    return run


def test_without_options_the_page_is_served_as_serving_itself_has_it(served):
    code, assistant, options, more = served()
    assert code == 0 and assistant == "opened None" and options == Serving()
    assert more == {"save_uploads": None, "feedback": None, "memory": 2_000_000_000}


def test_every_option_arrives(served):
    arguments = "-i here --host 0.0.0.0 --port 0 --auth users --root-path /tool/ --max-upload 5MB --concurrency 3"
    arguments += " --sessions 9 --allow-host a.example.org --allow-host b.example.org"
    more = "--save-uploads texts --feedback verdicts.jsonl --log-questions --memory 500MB"
    _, assistant, options, keywords = served(*arguments.split(), *more.split())
    assert assistant == "opened here"
    hosts = ("a.example.org", "b.example.org")
    assert options == Serving("0.0.0.0", 0, Path("users"), "/tool", hosts, 5_000_000, 3, 9, True)
    assert keywords == {"save_uploads": Path("texts"), "feedback": Path("verdicts.jsonl"), "memory": 500_000_000}


@pytest.mark.parametrize("arguments", [("--port", "65536"), ("--port", "-1"), ("--concurrency", "0")])
def test_numbers_out_of_range_are_bad_usage(served, arguments):
    assert served(*arguments) == (2,)


@pytest.mark.parametrize(
    ("arguments", "says"), [(("--max-upload", "much"), "'much' is no size"), (("--root-path", "tool"), "root path")]
)
def test_what_cannot_be_meant_is_one_sentence(served, arguments, says):
    with pytest.raises(InputError, match=says):
        served(*arguments)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("20000", 20_000),
        ("7B", 7),
        ("5MB", 5_000_000),
        ("5 mb", 5_000_000),
        ("1.5k", 1_500),
        ("512KiB", 524_288),
        ("2GiB", 2_147_483_648),
        ("1G", 1_000_000_000),
    ],
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-5MB", "5TB", "5MBs", "1e6", "0x10", "5i"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(InputError, match="write it as 5MB"):
        parse_size(text)


def test_a_password_read_from_a_pipe_makes_the_line_that_lets_in(tmp_path):
    result = CliRunner().invoke(app, ["password", "anna"], input=SECRET + "\n")
    assert result.exit_code == 0 and result.output.count("\n") == 1
    (tmp_path / "users").write_text(result.output, encoding="utf-8")
    assert load_users(tmp_path / "users").check("anna", SECRET)


def test_a_name_or_password_that_will_not_do_is_2_and_one_sentence():
    for name, secret, says in (("an:na", SECRET, "A name"), ("anna", "short", "at least 8")):
        done = subprocess.run([PROGRAM, "password", name], input=secret, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith(("A name", "A password"))
        assert says in done.stderr and secret not in done.stderr


def in_terminal(*typed):
    """Type passwords at the prompts of `calcqa password anna`; return exit code, output, prompts and what was shown."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [PROGRAM, "password", "anna"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # without a terminal but the one given
    )
    os.close(theirs)
    prompts = b""
    for secret in typed:
        while not prompts.endswith(b": "):  # what is typed earlier is thrown away
            piece = process.stderr.read(1)
            assert piece, prompts
            prompts += piece
        os.write(ours, secret.encode() + b"\n")
        prompts += process.stderr.read(1)
    out, errors = process.communicate(timeout=60)
    os.set_blocking(ours, False)
    try:
        shown = os.read(ours, 1000)
    except OSError:  # nothing
        shown = b""
    os.close(ours)
    return process.returncode, out.decode(), (prompts + errors).decode(), shown.decode()


def test_at_a_terminal_it_is_asked_for_twice_and_not_shown(tmp_path):
    code, out, prompts, shown = in_terminal(SECRET, SECRET)
    assert code == 0 and prompts.count(": ") == 2 and SECRET not in out + prompts + shown
    (tmp_path / "users").write_text(out, encoding="utf-8")
    assert load_users(tmp_path / "users").check("anna", SECRET)
