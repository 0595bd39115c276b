"""Indexes with a byte turned or the end cut off, and indexes exchanged under their readers."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.reliability.faults.world import QUESTIONS, World
from calcqa.assistant import Assistant
from calcqa.config import MANIFEST
from calcqa.errors import IndexFormatError
from calcqa.index import exchange
from calcqa.index.manifest import FILES
from calcqa.index.open import open_index

_READERS = 2


def answers(world: World) -> list[object]:
    """Return what the index answers to a few questions."""
    return [a.to_dict() for a in Assistant(open_index(world.index), world.encoder).ask_many(QUESTIONS)]


def damages(world: World, every: int) -> Iterator[tuple[str, int, str]]:
    """Damage the index in every `every`-th place, one after another; yield file, place, and how it is received.

    That is "refused", "the same answers", or else what is wrong. Each byte has one bit turned, by a fixed chance, and
    the file is cut off before it.
    """
    world.reset()
    chance, before = random.Random(6), answers(world)
    for name in (MANIFEST, *FILES):
        file = world.index / name
        whole = file.read_bytes()
        for at in range(0, len(whole), every):
            for damaged in (whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :], whole[:at]):
                file.write_bytes(damaged)
                yield name, at, _received(world, before)
        file.write_bytes(whole)


def bits(world: World, count: int) -> Iterator[tuple[str, int, str]]:
    """Turn `count` single bits of the manifest, by a fixed chance; yield as `damages` does."""
    world.reset()
    chance, before = random.Random(10), answers(world)
    file = world.index / MANIFEST
    whole = file.read_bytes()
    for _ in range(count):
        at = chance.randrange(len(whole))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        yield MANIFEST, at, _received(world, before)
    file.write_bytes(whole)


def _received(world: World, before: list[object]) -> str:
    try:
        return "the same answers" if answers(world) == before else "other answers"
    except IndexFormatError as error:
        return "refused" if str(world.index) in str(error) and "\n" not in str(error) else f"unclear: {error}"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        return f"{type(error).__name__}: {error}"


def swaps(world: World, builds: int, *, at_once: bool) -> tuple[int, list[str]]:
    """Build `builds` times while others open the index again and again; return how often they did, and what went wrong.

    Without `at_once` the folders are not exchanged in one step, as on file systems that cannot.
    """
    world.reset()
    context = multiprocessing.get_context("fork")
    done, results = context.Event(), context.SimpleQueue()
    readers = [context.Process(target=_read, args=(world.index, done, results)) for _ in range(_READERS)]
    for reader in readers:
        reader.start()
    whole = exchange.exchange
    try:
        if not at_once:
            exchange.exchange = lambda one, other: False
        for number in range(builds):
            world.build(("new.md", "old.md")[number % 2], world.index)
    finally:
        exchange.exchange = whole
        done.set()
    found = [results.get() for _ in readers]
    for reader in readers:
        reader.join()
    return sum(opened for opened, _ in found), [problem for _, problems in found for problem in problems]


def _read(index: Path, done: Event, results: multiprocessing.SimpleQueue[tuple[int, list[str]]]) -> None:
    opened, problems = 0, []
    while not done.is_set():
        try:
            open_index(index)
            opened += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a gap
            problems.append(f"{type(error).__name__}: {error}")
        time.sleep(0)
    results.put((opened, problems[:5]))
