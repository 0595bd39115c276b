"""Soaks a server: many people for minutes, then many sessions each with a document; memory is watched all the while.

Prints the times of answers, how memory went from minute to minute, and how many documents were taken before the server
said that it is full. Nothing here judges; what is reached stands in docs/security.md.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path

import httpx

from benchmarks.reliability.crowd import REPO, calls_of, crowd, served, streamed, talks_of
from calcqa.evaluation.measures.estimates import percentile

_EVERY = 2.0  # seconds between two looks at the memory
_STAY = 5  # conversations on one page: people come and go, and what a page held is to be free again


def resident(process: int) -> float:
    """Return the memory a process holds, in MiB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


async def watched(process: int, seen: list[tuple[float, float]]) -> None:
    """Note the memory of `process` with its time, until cancelled."""
    begin = time.monotonic()
    while True:
        seen.append((time.monotonic() - begin, resident(process)))
        await asyncio.sleep(_EVERY)


async def soak(address: str, process: int, people: int, seconds: float) -> None:
    """Have `people` ask at once for `seconds`; print the times of their answers, and the memory minute by minute."""
    seen: list[tuple[float, float]] = []
    watch = asyncio.create_task(watched(process, seen))
    took, failed = await crowd(address, talks_of(REPO / "questions" / "report.jsonl"), people, seconds, _STAY)
    watch.cancel()
    middle, high = statistics.median(took), percentile(took, 0.95)
    print(
        f"{people} people for {seconds:.0f} s: {len(took):,} answers, {failed} failed, "
        f"p50 {middle:.2f} s, p95 {high:.2f} s"
    )
    print("| minute | least MiB | median MiB | most MiB |\n|---|---|---|---|")
    for minute in range(int(seconds // 60) + 1):
        held = [mib for at, mib in seen if int(at // 60) == minute]
        if held:
            print(f"| {minute + 1} | {min(held):.0f} | {statistics.median(held):.0f} | {max(held):.0f} |")


async def documents(address: str, process: int, sessions: int) -> None:
    """Have each of `sessions` add a small document of its own; print how many were taken, and the memory."""
    calls, before = await calls_of(address), resident(process)
    taken, refused = 0, ""
    async with httpx.AsyncClient(base_url=address, timeout=120) as client:

        async def act(session: str, event: dict[str, object]) -> str:
            body = {**calls["act"], "data": [None], "event_data": event, "session_hash": session}
            (await client.post("gradio_api/queue/join", json=body)).raise_for_status()
            return await streamed(client, session)

        for number in range(sessions):
            content = f"# Note {number}\n\nThe wound of note {number} healed.\n".encode()
            told = await act(f"s{number}", {"do": "choose", "files": [{"name": f"{number}.md", "size": len(content)}]})
            ticket = told.split('upload\\": [')[-1].split('\\"')[1]
            (await client.put(f"documents/{ticket}", content=content)).raise_for_status()
            told = await act(f"s{number}", {"do": "add", "ids": [ticket]})
            taken += "was added" in told
            if "was added" not in told and not refused:
                refused = told.split("alert")[1].split("<")[0] if "alert" in told else "nothing was said"
    print(f"{sessions} sessions, a document each: {taken} taken, {before:.0f} -> {resident(process):.0f} MiB")
    if refused:
        print(f"the others were told: {refused}")


def main() -> None:
    """Soak the server, then fill it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--memory", default="2GB", help="the operator's limit of added documents")
    given = parser.parse_args()
    with served("--sessions", "4000", "--memory", given.memory) as (address, _, process):
        asyncio.run(soak(address, process, given.people, given.seconds))
        asyncio.run(documents(address, process, given.sessions))


if __name__ == "__main__":
    main()
