"""calcqa beside its peers, in one run, over one encoder's weights, on one machine: quality, times and memory.

    python -m benchmarks.peers.side_by_side [SET…] [--limit N] [--texts N] [--peers NAME…] [--out FOLDER] [--write]

SET is a folder with corpus.jsonl.gz ({"_id", "title", "text"}) and questions.jsonl.gz ({"_id", "question",
"source_doc", and either "answers" [{"text", "doc_id"}] or "relevant_docs"}). Every peer indexes the same texts and is
asked the same questions, one peer at a time, each in an environment made from its pins
(`benchmarks/peers/programs/*.txt`).

Writes NAME.md and NAME.json for each set NAME (and what was asked of it, where that is not all) into the output folder,
figures only, and with --write the tables of all that lie there into docs/benchmarks.md. Keeps no texts and fetches no
models.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.running import REPO, Peer, PeerError, environment, measure, version
from benchmarks.peers.scoring import interval, mean, score
from benchmarks.quality.reader_weights import shipped
from benchmarks.quality.tables import DOCUMENT, rewrite
from calcqa.evaluation.datasets.sampling import some
from calcqa.evaluation.measures.retrieval import BUDGETS

BEGIN, END = "<!-- measured by benchmarks/peers/side_by_side.py -->", "<!-- end of the side by side -->"

PEERS = (
    Peer("calcqa", "calcqa_search.py", "search, its own passages, no FAQ entries"),
    Peer(
        "LangChain",
        "langchain_faiss.py",
        "RecursiveCharacterTextSplitter (1,000 characters, 200 shared), FAISS",
        "langchain_faiss.txt",
        "langchain-core",
    ),
    Peer(
        "LlamaIndex",
        "llama_index_defaults.py",
        "SentenceSplitter (1,024 tokens, 200 shared), VectorStoreIndex",
        "llama_index_defaults.txt",
        "llama-index-core",
    ),
    Peer("txtai", "txtai_hybrid.py", "hybrid (BM25 and vectors), paragraphs", "txtai_hybrid.txt", "txtai"),
    Peer(
        "Haystack",
        "haystack_hybrid.py",
        "DocumentSplitter (200 words), BM25 + embedding, reciprocal rank fusion",
        "haystack_hybrid.txt",
        "haystack-ai",
    ),
    Peer(
        "Haystack + reader",
        "haystack_reader.py",
        "the same, ordered by its extractive reader with calcqa's reader's weights",
        "haystack_hybrid.txt",
        "haystack-ai",
    ),
    Peer("bm25s", "bm25s_alone.py", "BM25 alone, pieces of 200 words", "bm25s_alone.txt", "bm25s"),
)
_MEASURES = {
    **{f"within_{n}": f"answer within {n:,} words" for n in BUDGETS},
    **{f"own_{n}": f"… {n:,}, own document" for n in BUDGETS},
    "ndcg@10": "nDCG@10",
}
_COSTS = {
    "chunks": ("chunks", "{:,.0f}"),
    "build_seconds": ("build, s", "{:,.1f}"),
    "p50_ms": ("p50, ms", "{:,.1f}"),
    "p99_ms": ("p99, ms", "{:,.1f}"),
    "build_mb": ("peak building, MB", "{:,.0f}"),
    "ask_mb": ("peak asking, MB", "{:,.0f}"),
    "cold_seconds": ("one from the shell, s", "{:,.2f}"),
}


def read_set(folder: Path, limit: int = 0, most: int = 0) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Return a set's texts and the questions asked of them.

    With `limit`, its first so many documents and their questions alone; with `most`, all questions, and so many texts:
    those that the questions need, and others chosen at random, the same every time.

    Questions that refer to a document in sight ("deictic") and those without an answer are left out: no search can be
    right about them.

    Raises:
        SystemExit: the folder is not a set, or no question is left.

    """
    corpus, questions = (_lines(folder / f"{name}.jsonl.gz") for name in ("corpus", "questions"))
    texts = [{"id": d["_id"], "title": d.get("title") or "", "text": d["text"]} for d in corpus[: limit or None]]
    held = {t["id"] for t in texts}
    asked = [
        q
        for q in questions
        if not q.get("deictic") and q.get("answerable", True) and (q.get("relevant_docs") or q.get("answers"))
        if q["source_doc"] in held
    ]
    if not asked:
        raise SystemExit(f"{folder.name} has no question that can be asked of its texts.")
    needed = {d for q in asked for d in (q.get("relevant_docs") or [q["source_doc"]])}
    kept = some([t["id"] for t in texts], needed, most) if most else held
    return [t for t in texts if t["id"] in kept], asked


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path.name} cannot be read in {path.parent}: {error}") from error


def run_set(
    folder: Path,
    peers: Sequence[Peer],
    environments: Path,
    settings: Mapping[str, str],
    seconds: float,
    *,
    limit: int = 0,
    most: int = 0,
) -> Iterator[dict[str, Any]]:
    """Yield all figures of one set so far, after each peer: its own, and under "peers" a row each, or why none."""
    texts, questions = read_set(folder, limit, most)
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="side-by-side-") as name:
        work = Path(name)
        asked = [{"id": q["_id"], "question": q["question"]} for q in questions]
        for file, records in (("texts", texts), ("queries", asked)):
            lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)
            (work / f"{file}.jsonl").write_text(lines, encoding="utf-8")
        for number, peer in enumerate(peers):
            sys.stderr.write(f"{folder.name}: {peer.name}…\n")
            own = work / str(number)
            own.mkdir()
            row: dict[str, Any] = {"version": version(peer), "settings": peer.settings}
            try:
                python = environment(peer, environments, seconds)
                costs, hits = measure(
                    peer, python, work / "texts.jsonl", work / "queries.jsonl", own, settings, seconds
                )
                row |= {**costs, "measures": score(questions, hits)}
            except PeerError as error:
                row["error"] = str(error)
            rows[peer.name] = row
            yield {
                "set": folder.name,
                "documents": len(texts),
                "limit": limit,
                "texts": most,
                "questions": len(questions),
                "cores": os.cpu_count(),
                "machine": platform.machine(),
                "python": platform.python_version(),
                "peers": compared(rows, [q["source_doc"] for q in questions]),
            }


def compared(rows: Mapping[str, Mapping[str, Any]], groups: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the rows with each measure's difference to the first row's, question by question, with its 95% interval.

    Questions are grouped by document. Each question's own value, which the difference is made of, is left out.
    """
    first: Mapping[str, Any] = next((r["measures"] for r in rows.values() if "measures" in r), {})
    found: dict[str, dict[str, Any]] = {}
    for name, row in rows.items():
        measures = {}
        for measure_, values in row.get("measures", {}).items():
            less = [a - b for a, b in zip(values["each"], first[measure_]["each"], strict=True)]
            kept = {k: v for k, v in values.items() if k != "each"}
            measures[measure_] = {**kept, "less_first": mean(less), "less_first_95": interval(groups, less)}
        found[name] = {**row, "measures": measures} if measures else dict(row)
    return found


def table(figures: Mapping[str, Any]) -> str:
    """Return the figures of one set as Markdown: quality, then costs, then what could not run and why."""
    peers = {name: row for name, row in figures["peers"].items() if "error" not in row}
    part = f", the first {figures['limit']} documents of it" if figures["limit"] else ""
    part += ", their questions over some texts" if figures["texts"] else ""
    lines = [
        f"## {figures['set']}{part}",
        "",
        f"{figures['documents']:,} documents, {figures['questions']:,} questions; {figures['cores']} cores "
        f"({figures['machine']}), Python {figures['python']}. In brackets 95% intervals over documents.",
        "",
    ]
    if peers:
        names = [m for m in _MEASURES if m in next(iter(peers.values()))["measures"]]
        lines += _rows(
            ["", *(_MEASURES[m] for m in names)], [[label(n, p), *_cells(p, names)] for n, p in peers.items()]
        )
        costs = [[label(n, p), *(form.format(p[c]) for c, (_, form) in _COSTS.items())] for n, p in peers.items()]
        lines += ["", *_rows(["", *(head for head, _ in _COSTS.values())], costs), ""]
        lines += [f"- {label(n, p)}: {p['settings']}." for n, p in peers.items()]
    lines += [f"- {label(n, p)} did not run: {p['error']}" for n, p in figures["peers"].items() if "error" in p]
    return "\n".join([*lines, "", f"`{command(figures)}`"]) + "\n"


def command(figures: Mapping[str, Any]) -> str:
    """Return the command that measures these figures, the set in DATA."""
    part = [f"--{name} {figures[name]}" for name in ("limit", "texts") if figures[name]]
    all_of_them = [p.name for p in PEERS]
    peers = [] if list(figures["peers"]) == all_of_them else [f"--peers {shlex.join(figures['peers'])}"]
    return " ".join(["python -m benchmarks.peers.side_by_side", f"DATA/{figures['set']}", *part, *peers])


def collected(out: Path) -> list[str]:
    """Return the tables of all sets measured into `out`, as lines, one heading level down.

    Raises:
        SystemExit: nothing was measured there.

    """
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("*.json"))]
    found = [figures for figures in read if "peers" in figures]
    if not found:
        raise SystemExit(f"Nothing was measured into {out}, so there is nothing to write.")
    lines = [line for figures in found for line in (*table(figures).splitlines(), "")]
    return [f"#{line}" if line.startswith("## ") else line for line in lines]


def label(name: str, row: Mapping[str, Any]) -> str:
    """Return a row's name with its version, which is that of a package whose name is added where it is another."""
    package = next((p.package for p in PEERS if p.name == name), "")
    if package in ("", name.lower()):
        return f"{name} {row['version']}".strip()
    return f"{name} ({package} {row['version']})"


def _cells(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    cells = []
    for name in names:
        found, form = row["measures"][name], "{:.3f} ({:.3f}–{:.3f})" if name == "ndcg@10" else "{:.1%} ({:.1%}–{:.1%})"
        cells.append(form.format(found["mean"], *found["95"]))
    return cells


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(r)} |" for r in (heads, ["---"] * len(heads), *rows)]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure every set and write what was found; print the tables."""
    parser = argparse.ArgumentParser(description="Measure calcqa beside its peers.")
    parser.add_argument("sets", type=Path, nargs="*", metavar="SET")
    parser.add_argument("--out", type=Path, default=REPO / "reports" / "side-by-side")
    parser.add_argument("--environments", type=Path, default=REPO / ".peers", help="where the peers are installed")
    parser.add_argument(
        "--encoder", default="", help="the encoder's folder; by default all-MiniLM-L6-v2's, as packaged"
    )
    parser.add_argument(
        "--reader", default="", help="a reader's folder that transformers loads; by default the shipped"
    )
    parser.add_argument("--limit", type=int, default=0, help="only the first N documents and their questions")
    parser.add_argument("--texts", type=int, default=0, help="all questions, over N texts: those needed, and others")
    parser.add_argument("--peers", nargs="+", choices=[p.name for p in PEERS], help="only these")
    parser.add_argument("--seconds", type=float, default=7200.0, help="the longest one command may take")
    parser.add_argument("--write", action="store_true", help="write what lies in the folder into docs/benchmarks.md")
    given = parser.parse_args(argv)
    if not given.sets and not given.write:
        parser.error("name a set, or --write what was measured before")
    given.out.mkdir(parents=True, exist_ok=True)
    if given.sets:
        _measure(given)
    if given.write:
        rewrite(DOCUMENT, collected(given.out), BEGIN, END)


def file_name(folder: Path, given: argparse.Namespace) -> str:
    """Return the name, without a suffix, of what is measured of a set: some of it never replaces all of it."""
    part = [f"{name}-{value}" for name, value in (("limit", given.limit), ("texts", given.texts)) if value]
    peers = [] if given.peers is None else [re.sub(r"\W+", "-", p).lower() for p in given.peers]
    return "-".join([folder.name, *part, *peers])


def _measure(given: argparse.Namespace) -> None:
    peers = [p for p in PEERS if not given.peers or p.name in given.peers]
    encoder = given.encoder or _packaged_encoder()
    with tempfile.TemporaryDirectory(prefix="side-by-side-reader-") as reader:
        settings = {
            "PEER_ENCODER": encoder,
            "PEER_READER": given.reader or shipped(Path(encoder), Path(reader)),
        }
        for folder in given.sets:
            text, name = "", file_name(folder, given)
            where = (folder, peers, given.environments, settings, given.seconds)
            for figures in run_set(*where, limit=given.limit, most=given.texts):
                text = table(figures)  # written after each peer: an hour's work is not lost with the last of it
                (given.out / f"{name}.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
                (given.out / f"{name}.md").write_text(text, encoding="utf-8")
            sys.stdout.write(f"{text}\n")


def _packaged_encoder() -> str:
    from calcqa.config import EncoderSettings
    from calcqa.models.encoder_files import weights_folder

    return str(weights_folder(EncoderSettings()))


if __name__ == "__main__":
    main()
