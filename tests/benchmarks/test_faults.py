"""Samples of what `make faults` does at every place; and that it would see a loss."""

import os
import subprocess
import sys

import pytest

from benchmarks.reliability.faults import damage
from benchmarks.reliability.faults.injecting import strace
from benchmarks.reliability.faults.world import World
from calcqa.index import build, exchange
from helpers.paths import REPO

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # a busy machine is no failure


def faults(*arguments):
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join([str(REPO / "src"), str(REPO)])}
    command = [sys.executable, "-m", "benchmarks.reliability.faults", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPO, env=variables)


@pytest.mark.parametrize("part", ["bytes", "bits", "swaps", "kills"])
def test_nothing_is_lost_in_a_sample(part):
    done = faults("--short", "--only", part)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.skipif(not strace(), reason="strace is not here, or may not take hold of a process")
def test_nothing_is_lost_at_a_sample_of_system_calls():
    done = faults("--short", "--only", "calls")
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "not_questions", lambda: [])
    world = World(tmp_path / "world")
    world.prepare()
    return world


def test_a_gap_between_two_indexes_would_be_seen(world, monkeypatch):
    def gap(new, out, old):
        exchange.shutil.rmtree(out)
        new.rename(out)

    monkeypatch.setattr(exchange, "put_in_place", gap)
    _, problems = damage.swaps(world, 40, at_once=True)
    assert problems


def test_a_byte_that_is_not_checked_would_be_seen(world, monkeypatch):
    from calcqa.index import open as opening

    monkeypatch.setattr(opening, "check_files", lambda path, files: None)
    received = {r for name, _, r in damage.damages(world, 10) if name == "documents.jsonl"}
    assert received - {"refused"}
