"""Runs the whole program as people do, its sockets and folders watched, or one given; prints what it did as JSON.

    python tests/helpers/census.py FOLDER [PROGRAM]

Home, cache, temporary and working folders of the program all lie in FOLDER, which is empty at first. Python's own audit
events name every look-up and connection that leaves this machine, and every file opened for writing that is elsewhere;
such connections are refused. Where the system permits, all runs in a network of its own, without a way out, whose
counters also tell what libraries try beside Python.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
ALONE = ["unshare", "--map-root-user", "--net"]

SPY = """
import os, sys
def note(kind, what):
    with open(os.environ["CENSUS_LOG"], "a") as log:
        log.write(f"{kind} {what!r} by {sys.argv[0]}\\n")
INSIDE = ("127.0.0.1", "::1", "localhost", "", None, b"localhost", b"127.0.0.1")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None  # a path, or connected already
    else:
        if event == "open" and isinstance(arguments[0], (str, bytes)) and arguments[2] & WRITES:
            path = os.path.abspath(os.fsdecode(arguments[0]))
            if not path.startswith((os.environ["CENSUS_FOLDER"], "/dev/", "/proc/")):
                note("open", path)
        return
    if host not in INSIDE:
        note(event, host)
        raise OSError(f"the census lets nobody out, not to {host!r}")
sys.addaudithook(watch)
"""

TELL = """
from datetime import UTC, datetime
from pathlib import Path
import calcqa
from calcqa.types import Turn
from calcqa.conversations.export import conversation_markdown, conversation_page
from calcqa.conversations.feedback import Feedback
from calcqa.conversations.transcripts import transcript
from calcqa.workspace import Workspace
import json
assistant = calcqa.open("index")
chat = assistant.chat()
for question in ("What did the wound culture grow?", "And when was that?"):
    chat.ask(question)
named = {"name": "census", "now": datetime.now(UTC)}
Path("out.json").write_text(json.dumps(transcript(chat.turns, assistant.index)), encoding="utf-8")
Path("out.html").write_text(conversation_page(chat.turns, assistant.index, **named), encoding="utf-8")
Path("out.md").write_text(conversation_markdown(chat.turns, assistant.index, **named), encoding="utf-8")
Feedback(Path("feedback.sqlite"))
workspace = Workspace(assistant)
added = workspace.add(b"# A knee\\n\\nThe left knee was swollen. It hurt at night.", "knee.md")
workspace.assistant(added.id).ask("Which knee was swollen?")
workspace.assistant().ask("Which knee was swollen?")
"""

QUESTION = "What did the wound culture grow?"
COMMANDS = {
    "build": (["build"], 0),
    "build-plain": (["build", "corpus", "--no-sidecars", "--out", "plain"], 0),
    "ask": (["ask", QUESTION], 0),
    "ask-plain": (["ask", "--index", "plain", "--json", QUESTION], None),
    "search": (["search", "surgical treatment"], 0),
    "chat": (["chat"], 0),
    "check": (["check"], None),
    "info": (["info"], 0),
    "eval": (["eval", "few.jsonl", "--out", "reports"], 0),
    "eval-search": (["eval", "slices", "--search-only", "--limit", "5", "--out", "ranked"], 0),
    "verify": (["verify", "out.json"], 0),
    "feedback": (["feedback", "feedback.sqlite"], 0),
}
"""Each command, with the exit code it must have."""
NAMED = ("corpus", "few.jsonl", "slices", "index", "plain", "reports", "ranked", "feedback.sqlite")
"""What the commands were given and told to write, in the working folder."""


def environment(folder: Path) -> dict[str, str]:
    """Return the variables the program runs with: every folder it might find is in `folder`, and the spy is loaded."""
    (folder / "spy").mkdir()
    (folder / "spy" / "sitecustomize.py").write_text(SPY, encoding="utf-8")
    places = {
        name: folder / place
        for name, place in {
            "HOME": "home",
            "TMPDIR": "tmp",
            "XDG_CACHE_HOME": "home/.cache",
            "XDG_CONFIG_HOME": "home/.config",
            "XDG_DATA_HOME": "home/.local/share",
            "XDG_STATE_HOME": "home/.local/state",
            "XDG_RUNTIME_DIR": "home/run",
        }.items()
    }
    for place in {*places.values()} - {folder / "home/run"}:
        place.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(folder / "spy"), str(REPO / "src")])
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "CENSUS_LOG": str(folder / "log"),
        "CENSUS_FOLDER": str(folder),
        **{name: str(place) for name, place in places.items()},
    }


def counters() -> dict[str, int]:
    """Return what this network has counted that left, or tried to: packets without a way, and look-ups (UDP)."""
    found = {}
    lines = Path("/proc/net/snmp").read_text(encoding="utf-8").splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        kind = names.split()[0]
        found |= {kind + name: int(value) for name, value in zip(names.split()[1:], values.split()[1:], strict=True)}
    six = dict(line.split() for line in Path("/proc/net/snmp6").read_text(encoding="utf-8").splitlines())
    wanted = {name: found[name] for name in ("Ip:OutNoRoutes", "Udp:OutDatagrams")}
    return wanted | {name: int(six[name]) for name in ("Ip6OutNoRoutes", "Udp6OutDatagrams")}


def loopback_up() -> None:
    """Switch on the loopback device of a new network, which has no other."""
    import fcntl

    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: up and running


def talk(program: str, work: Path, variables: dict[str, str]) -> dict[str, object]:
    """Serve the page, ask it one question at least, and stop it; say how many were answered and how it ended."""
    from benchmarks.reliability.crowd import crowd

    command = [program, "serve", "--port", "0", "--feedback", "feedback.sqlite"]
    with (work.parent / "serve.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=work, env=variables, stdout=subprocess.PIPE, stderr=log, text=True)
        address = server.stdout.readline().split()[-1].rstrip("/")
        answered, failed, seconds = [], 0, 1.0
        while not answered and not failed and seconds < 100:  # however slow the machine: one whole answer
            answered, failed = asyncio.run(crowd(address, [[QUESTION]], 1, seconds))
            seconds *= 2
        server.terminate()
        server.wait(timeout=60)
        server.stdout.close()
    return {"answered": len(answered), "failed": failed}


class Census:
    """What is seen of programs that run in `folder`."""

    def __init__(self, folder: Path, alone: bool) -> None:
        self.folder, self.work, self.alone = folder, folder / "work", alone
        self.variables = environment(folder)
        self.work.mkdir()
        self._before = counters() if alone else {}
        self._failed: dict[str, str] = {}

    def step(self, name: str, command: list[str], code: int | None = 0) -> None:
        """Run one command; it fails unless it ends with `code`, or at all if it ends with a traceback."""
        options = {"cwd": self.work, "env": self.variables, "input": f"{QUESTION}\n", "text": True}
        done = subprocess.run(command, capture_output=True, **options)
        if code is not None and done.returncode != code or "Traceback" in done.stderr:
            self._failed[name] = f"exit code {done.returncode}: {done.stdout[-500:]}{done.stderr[-2000:]}"

    def found(self) -> dict[str, object]:
        """Return what failed, who was called, and which files lie where none should."""
        cache, log = self.folder / "home" / ".cache" / "calcqa", self.folder / "log"
        ours = [self.work / name for name in (*NAMED, *(f".{name}.lock" for name in NAMED), "out.")]
        ours += [self.folder / "spy", self.folder / "serve.log", log, cache]
        files = [str(p) for p in self.folder.rglob("*") if p.is_file()]
        after = counters() if self.alone else {}
        return {
            "failed": self._failed,
            "alone": self.alone,
            "left": {name: value - self._before[name] for name, value in after.items()},
            "noted": log.read_text(encoding="utf-8").splitlines() if log.is_file() else [],
            "cached": sum(path.startswith(str(cache)) for path in files),
            "strays": [path for path in files if not path.startswith(tuple(map(str, ours)))],
        }


def whole(census: Census) -> dict[str, object]:
    """Run every command; return what was seen."""
    work = census.work
    shutil.copytree(REPO / "corpus", work / "corpus")
    shutil.copytree(REPO / "tests" / "benchmarks" / "slices", work / "slices")
    questions = (REPO / "questions" / "report.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (work / "few.jsonl").write_text("".join(questions[:12]), encoding="utf-8")
    program = str(Path(sys.executable).with_name("calcqa"))
    for name, (arguments, code) in COMMANDS.items():
        if name == "verify":
            census.step("export", [sys.executable, "-c", TELL])
        census.step(name, [program, *arguments], code)
    return {"served": talk(program, work, census.variables), **census.found()}


def main() -> None:
    """Run everything, or the program given, in a network of its own where the system permits one."""
    folder, *more = sys.argv[1:]
    if "--alone" not in more:
        if shutil.which("unshare") and subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0:
            os.execvp(ALONE[0], [*ALONE, sys.executable, *sys.argv, "--alone"])
    else:
        loopback_up()
    sys.path.insert(0, str(REPO))
    census = Census(Path(folder).resolve(), "--alone" in more)
    if program := next((one for one in more if one != "--alone"), ""):
        census.step("program", [sys.executable, "-c", f"ALONE = {census.alone}\n{program}"])
    print(json.dumps(census.found() if program else whole(census), indent=1))  # noqa: T201 - its result


if __name__ == "__main__":
    main()
