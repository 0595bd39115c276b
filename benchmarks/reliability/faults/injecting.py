"""One action at a time in a process of its own, which is killed, or whose n-th system call fails, by strace.

A process that has everything imported forks for each case; the child stops itself once it is ready, strace takes hold
of it, and it goes on. So only the system calls of the action itself are counted and failed.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reliability.faults.world import Action, World
from calcqa.errors import CalcqaError

_STRACE = ("strace", "-f")
_DONE, _REFUSED, _RAW = 0, 3, 4
_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\(")
_PATIENCE = 60.0  # seconds for a child to end


@dataclass(frozen=True)
class Outcome:
    """How a child ended: whether it said the action was done, what it raised that is none of our errors, and its calls.

    `hit` says whether the fault came at all: the last calls of an action are not the same in every run.
    """

    done: bool
    raw: str
    calls: Counter[str]
    hit: bool


def strace() -> bool:
    """Say whether strace is here and may take hold of a process."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run([*_STRACE, "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


def run(action: Action, world: World, inject: str = "", kill_after: float | None = None) -> Outcome:
    """Do `action` once, in a child: with a fault of strace's, or only "count", or killed after some seconds."""
    world.reset()
    errors, log = world.root / "errors", world.root / "calls"
    errors.write_text("")
    child = os.fork()
    if child == 0:
        _in_child(action, world, errors)
    os.waitpid(child, os.WUNTRACED)  # it has stopped, ready
    tracer = _tracer(child, log, inject) if inject else None
    os.kill(child, signal.SIGCONT)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    status = _ended(child)
    if tracer:
        tracer.wait(timeout=_PATIENCE)
    lines = log.read_text(errors="replace").splitlines() if tracer else []
    calls = Counter(m[1] for line in lines if (m := _CALL.match(line)))
    hit = any("INJECTED" in line or "SIGKILL" in line for line in lines)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    raw = errors.read_text() or ("" if code in (_DONE, _REFUSED, -signal.SIGKILL) else f"ended with {code}")
    return Outcome(code == _DONE, raw, calls, hit)


def _in_child(action: Action, world: World, errors: Path) -> None:
    report = os.open(errors, os.O_WRONLY | os.O_APPEND)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    code = _RAW
    try:
        act = action.begin(world)
        os.kill(os.getpid(), signal.SIGSTOP)
        act()
        code = _DONE
    except CalcqaError as error:
        code = _REFUSED if "\n" not in str(error) else _RAW
    except BaseException as error:  # noqa: BLE001 - whatever else it is, it is a finding
        os.write(report, (repr(error) + "\n" + traceback.format_exc()[-500:]).encode(errors="replace"))
    finally:
        os._exit(code)


def _tracer(child: int, log: Path, inject: str) -> subprocess.Popen[str]:
    one = inject.partition(":")[0]
    traced = ["trace=all"] if inject == "count" else [f"trace={one}", "-e", f"inject={inject}"]
    command = [*_STRACE, "-o", str(log), "-e", *traced, "-p", str(child)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    if "attached" not in line:
        raise RuntimeError(f"strace cannot take hold of a process: {line}")
    return tracer


def _ended(child: int) -> int:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def examine(action: Action, world: World, outcome: Outcome) -> str:
    """Return what is wrong after an action, in one line; nothing where old or new is there, whole."""
    if outcome.raw:
        return "no error of ours: " + " ".join(outcome.raw.split())
    try:
        return action.sound(world, outcome.done)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        return f"{type(error).__name__}: {error}"
