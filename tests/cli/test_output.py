"""The terminal: no text, of whatever file or person, steers it; and what is printed as JSON says the same."""

import dataclasses
import json
import os
import pty
import re
import select
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.assistant import Assistant
from calcqa.cli import output
from calcqa.cli.output import one_line, say, say_json, visible
from calcqa.conversations.feedback import Feedback
from calcqa.conversations.transcripts import transcript
from calcqa.index.open import open_index
from helpers.hostile_terminal import BAD, PLACES
from helpers.paths import REPO, SOURCE

MARK = "".join(BAD)
OURS = re.compile(
    r"\r?(?=[a-z]+ +\x1b\[|[a-z]+ [━╸╺])|\r?\x1b\[(?:[0-9;]*m|\?25[hl]|[0-9]*[ABCDGJK])"
)  # colours, and what a bar moves with (and returns)
TEXT = f"""# Knee

## Signs

The left knee was swollen {PLACES[0]} for three weeks. It was warm {PLACES[1]} at night.

## Care {PLACES[0]}

Rest helped the knee {PLACES[1]} within two weeks.
"""


def printed(commands, folder, typed=""):
    """Run commands in a terminal; return for each what it shows, and its exit code."""
    file = folder / "commands.json"
    file.write_text(json.dumps([list(map(str, c)) for c in commands]), encoding="utf-8")
    master, slave = pty.openpty()
    program = [sys.executable, str(Path(__file__).parents[1] / "helpers" / "hostile_terminal.py"), str(file)]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (SOURCE.parent, REPO / "tests"))),
        "TERM": "xterm-256color",
        "COLUMNS": "200",
    }
    env["CALCQA_READER"] = "none"
    child = subprocess.Popen(program, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=env, close_fds=True)
    os.close(slave)
    os.write(master, typed.encode())
    out = b""
    with child:
        while select.select([master], [], [], 60)[0]:
            try:
                piece = os.read(master, 65_536)
            except OSError:  # the other end is closed
                break
            out += piece
        child.kill()  # where it has not ended by itself it waits for something
    os.close(master)
    shown = out.decode().replace("\r\n", "\n").split("=== next\n")[1:]
    ends = [re.search(r"=== exit (\d+)\n", s) for s in shown]
    return [(s, int(end[1]) if end else None) for s, end in zip(shown, ends, strict=True)]


@pytest.fixture
def folder(tmp_path, build_small):
    """A folder with an index, and files with hostile texts for every command that reads any."""
    name = f"knee{BAD[0]}.md"
    (tmp_path / name).write_text(TEXT, encoding="utf-8")
    sidecar = [{"question": f"How long was the knee swollen{PLACES[0]}?", "evidence": ["The left knee was swollen"]},
               {"question": f"Which drug was given{PLACES[1]}?", "evidence": [], "gap": "drugs"}]  # fmt: skip
    (tmp_path / f"knee{BAD[0]}.questions.jsonl").write_text("".join(json.dumps(s) + "\n" for s in sidecar))
    build_small([tmp_path / name], tmp_path / "index")
    return tmp_path


def test_nothing_that_any_command_prints_steers_the_terminal(folder, fake_encoder):
    index = open_index(folder / "index")
    chat = Assistant(index, fake_encoder).chat()
    for question in ("How long was the left knee swollen?", "Which drug was given?", "xyzzy?"):
        chat.ask(question)
    saved = transcript(chat.turns, index, name=MARK)
    for turn in saved["turns"]:
        turn["question"] = turn["answer"]["question"] = MARK
        turn["answer"]["text"] += MARK
        for citation in turn["answer"]["citations"]:
            citation |= {"quote": citation["quote"] + MARK, "document_title": MARK, "section": MARK}
    (folder / f"saved{BAD[0]}.json").write_text(json.dumps(saved), encoding="utf-8")
    store = Feedback(folder / f"said{BAD[0]}.sqlite")
    for turn in chat.turns:
        forged = dataclasses.replace(turn.answer, text=turn.answer.text + MARK, unanswered=(MARK,))
        store.add(dataclasses.replace(turn, question=MARK, answer=forged), True, MARK, index)
    asked = {"answerable": True, "facts": [[f"never{BAD[0]}"]], "topic": f"a{MARK}"}
    none = {"answerable": False, "facts": [], "topic": MARK}
    judged = [{"id": f"1{MARK}", "turns": [f"How long was the left knee swollen{MARK}?"], **asked},
              {"id": f"2{MARK}", "turns": ["Which colour?"], **none}]  # fmt: skip
    (folder / "judged.jsonl").write_text("".join(json.dumps(q) + "\n" for q in judged))
    (folder / "set.csv").write_text(
        f"question,answer,document,answerable\nHow long{BAD[0]} was the knee swollen?,three,"
        f"{BAD[0]}knee{BAD[0]}.md,yes\nWhich drug{BAD[0]} was given?,,{BAD[0]}knee{BAD[0]}.md,no\n",
        encoding="utf-8",
    )
    (folder / f"broken{BAD[0]}.jsonl").write_text(f'{{"id": "{BAD[0]}"}}\n', encoding="utf-8")
    run = ("eval", "-i", "index", "--form", "csv", "set.csv")
    commands = [
        ("ask", "-i", "index", f"How long was the left knee swollen{MARK}?"),
        ("ask", "-i", "index", f"Which drug xyzzy{MARK} was given?"),
        ("ask", "-i", "index", "--json", f"How long was the left knee swollen{MARK}?"),
        ("ask", "-i", f"nowhere{MARK}", "What?"),
        ("search", "-i", "index", f"left knee{MARK}"),
        ("search", "-i", "index", "--json", "left knee"),
        ("chat", "-i", "index"),
        ("check", "-i", "index"),
        ("info", "-i", "index"),
        ("info", "-i", "index", "--json"),
        ("verify", "-i", "index", f"saved{BAD[0]}.json"),
        ("verify", "-i", "index", f"none{MARK}.json"),
        ("verify", "-i", "index", f"broken{BAD[0]}.jsonl"),
        ("feedback", f"said{BAD[0]}.sqlite"),
        ("feedback", f"said{BAD[0]}.sqlite", "--csv"),
        ("feedback", f"none{MARK}"),
        ("eval", "-i", "index", "--out", f"one{BAD[0]}", "--min", "facts=1", "judged.jsonl"),
        (*run, "--out", "a"),
        (*run, "--out", "b", "--split", MARK),
        (*run, "--out", "c"),
        ("compare", "a", "c"),
        ("compare", "a", "c", "--json"),
        ("compare", "a", f"none{MARK}"),
        ("eval", "-i", "index", f"broken{BAD[0]}.jsonl"),
        ("build", f"knee{BAD[0]}.md", "--out", f"new{BAD[0]}"),
        ("build", f"knee{BAD[0]}.md", "--out", f"new{BAD[0]}", "--if-stale"),
        ("build", f"none{MARK}.md"),
        ("fit", f"none{MARK}.jsonl"),
        ("fit-reader", f"none{MARK}", "--others", "judged.jsonl", "--texts", "knee.jsonl"),
        ("serve", "-i", f"none{MARK}"),
        ("serve", "-i", "index", "--max-upload", MARK),
        (f"--{MARK}",),
        ("verify", "a", f"b{MARK}"),
        (MARK,),
        ("--version",),
    ]
    shown = printed(commands, folder, typed="How long was the left knee swollen?\nxyzzy?\n\n")
    assert len(shown) == len(commands), shown[-1:]
    codes = {}
    for command, (text, code) in zip(commands, shown, strict=True):
        codes.setdefault(command[0], []).append(code)
        rest = OURS.sub("", text)
        steering = {f"U+{ord(c):04X}" for c in rest if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
        assert steering <= {"U+000A", "U+0009", "U+000D"}, (command, steering, rest)
        assert "\x1b[8m" not in text and "Traceback" not in text, (command, text)
    assert {name for name, *_ in commands} >= {"build", "ask", "search", "chat", "eval", "compare", "fit", "check",
                                               "verify", "feedback", "info", "serve"}  # fmt: skip
    assert codes["ask"] == [0, 3, 0, 2] and codes["verify"][:3] == [1, 2, 2] and codes["feedback"] == [0, 0, 2]
    assert codes["search"] == codes["info"] == [0, 0] and codes["check"] == codes["chat"] == [0]
    everything = "".join(text for text, _ in shown)
    assert everything.count("<U+001B>") > 30 and everything.count("\\u001b") > 10 and "<U+202E>" in everything


def test_commands_print_through_one_door():
    """Nobody else writes to the terminal, but the server, which says its own address: a new command that does fails.

    What a stranger's file is read by (`documents/isolation.py`) writes into the pipe of whoever began it.
    """
    own = {"cli/output.py", "server/run.py", "documents/isolation.py"}
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).as_posix() not in own:
            text = path.read_text(encoding="utf-8")
            found = re.findall(
                r"typer\.s?echo|typer\.secho|click\.echo|(?<![\w.])print\(|sys\.std(?:out|err)\.write|Console\(\)", text
            )
            assert not found, (path.name, found)


@given(st.text())
def test_visible_text_steers_nothing_and_harmless_text_stays(text):
    seen = visible(text)
    assert not any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\t\n\u200c\u200d" for c in seen
    )
    assert visible(seen) == seen and "\n" not in one_line(text)
    if not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text):
        assert seen == text


@given(st.text(st.characters()) | st.text(st.sampled_from(MARK + "\ud800\U000e0041a\n")))
def test_json_says_the_same(text):
    said = []
    typed = output.typer.echo
    output.typer.echo = said.append
    try:
        say_json({"a": [text], text: 1})
        say_json([text], indent=None)
    finally:
        output.typer.echo = typed
    assert json.loads(said[0]) == {"a": [text], text: 1} and json.loads(said[1]) == [text] and "\n" not in said[1]
    assert all(visible(s) == s for s in said)
    "".join(said).encode()


def test_saying_keeps_its_style(capsys):
    say("a\x1b[8mb", bold=True)
    say("c", err=True, nl=False)
    out = capsys.readouterr()
    assert out.out == "a<U+001B>[8mb\n" and out.err == "c"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_an_output_that_is_not_utf_8_ends_in_no_error(encoding):
    code = "from calcqa.cli.output import *; print_anywhere(); say('≥ 5 µg'); say_json({'a': '≥ é'})"
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
    writes = "utf-8" if encoding == "ascii" else encoding  # click takes ASCII for a wrong setting
    first, _, rest = done.stdout.decode(writes).partition("\n")
    assert first == "≥ 5 µg".encode(writes, "backslashreplace").decode(writes)
    assert json.loads(rest) == {"a": "≥ é"}
