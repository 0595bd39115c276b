"""People without a browser: they speak the page's own protocol (Gradio's queue) to a real `calcqa serve`."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

REPO = Path(__file__).resolve().parents[2]

Outcome = tuple[list[float], int]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(*options: str) -> Iterator[tuple[str, float, int]]:
    """Serve the page; yield its address, the seconds from the command to its first healthy answer, and its process."""
    address, command = f"http://127.0.0.1:{(port := free_port())}/", str(Path(sys.executable).with_name("calcqa"))
    start = time.perf_counter()
    process = subprocess.Popen(
        [command, "serve", "--port", str(port), *options],
        cwd=REPO,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                if httpx.get(f"{address}healthz").status_code == 200:
                    break
            except httpx.TransportError:
                if process.poll() is not None:
                    sys.exit("the page was not served")
            time.sleep(0.02)
        yield address, time.perf_counter() - start, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def talks_of(questions: Path) -> list[list[str]]:
    """Return the turns of each conversation of a question set, in random order, the same each time."""
    talks = [json.loads(line)["turns"] for line in questions.read_text(encoding="utf-8").splitlines()]
    random.Random(0).shuffle(talks)  # the set goes by topic: not everybody asks follow-ups at the same time
    return talks


async def person(
    address: str, calls: dict[str, dict[str, int]], talks: list[list[str]], end: float, stay: int = 0
) -> Outcome:
    """Have one conversation of the question set after another, without a pause, until `end`.

    They stand on one page, or, with `stay`, on a new one after so many conversations. Return the seconds that each
    question took to be answered whole, and how many were not.
    """
    took: list[float] = []
    failed = 0
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        heard: dict[str, object] = {}
        page = 0

        async def send(name: str, event: dict[str, object]) -> str:
            session = f"person{id(took)}-{page}"
            body = {**calls[name], "data": [None], "event_data": {**event, **heard}, "session_hash": session}
            try:
                (await client.post("gradio_api/queue/join", json=body)).raise_for_status()
                told = await streamed(client, session)
            except httpx.HTTPError:
                return ""
            heard.update(came(told))
            return told

        for count, talk in enumerate(itertools.cycle(talks)):
            if stay and count % stay == 0:
                page, heard = page + 1, {}
            await send("act", {"do": "new"})
            for number, question in enumerate(talk, start=1):
                if time.perf_counter() >= end:
                    return took, failed
                start = time.perf_counter()
                told = await send("ask", {"question": question})
                took.append(time.perf_counter() - start)
                # The answer is there as that turn, and nothing was said to be wrong (in markup, in JSON, in JSON).
                quote = '\\\\\\"'
                there = f"data-turn={quote}{number}{quote}" in told and f"role={quote}alert" not in told
                failed += not there or '"success":true' not in told
    return took, failed


def came(told: str) -> dict[str, object]:
    """Return what the page's script says of what it was told: the wire's id, and the highest number."""
    wire = re.findall(r'wire\\": \\"(\w+)', told)
    numbers = re.findall(r'\\"[\w:]+\\": \[(\d+), ', told)
    return {"wire": wire[-1], "came": max(map(int, numbers))} if wire and numbers else {}


async def streamed(client: httpx.AsyncClient, session: str) -> str:
    """Return all that a session's stream says until what was begun is done."""
    lines = []
    async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            lines.append(line)
            if line.startswith("data:") and json.loads(line[5:])["msg"] == "process_completed":
                break
    return "\n".join(lines)


async def calls_of(address: str) -> dict[str, dict[str, int]]:
    """Return what begins an event of the page's wire, by the event's name."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        page = (await client.get("")).text
    found = re.search(r"window\.gradio_config = (\{.*?\});</script>", page) or sys.exit("this is no page of calcqa")
    config = json.loads(found[1])
    ids = {c["props"].get("elem_id"): c["id"] for c in config["components"] if "props" in c}
    return {
        name: {"fn_index": d["id"], "trigger_id": ids["calcqa-wire"]}
        for name in ("ask", "act")
        for d in config["dependencies"]
        if [ids["calcqa-wire"], name] in d["targets"]
    }


async def crowd(address: str, talks: list[list[str]], people: int, seconds: float, stay: int = 0) -> Outcome:
    """Have `people` ask at once for `seconds`; return the seconds of every question, and how many failed."""
    calls = await calls_of(address)
    end = time.perf_counter() + seconds
    results = await asyncio.gather(*(person(address, calls, talks[i::people], end, stay) for i in range(people)))
    return [t for took, _ in results for t in took], sum(failed for _, failed in results)
