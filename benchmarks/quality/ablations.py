"""What each part of the search is worth: the same questions with a part left out or set otherwise.

    python -m benchmarks.quality.ablations DATA [--sets NAME…] [--limit N] [--texts N] [--cache FOLDER] [--write]

Every question is searched for among all texts of its set, and the hits are judged as in the side-by-side benchmark: a
gold answer within 250 words retrieved, and nDCG@10 of the texts that are relevant. The table is printed, or written
between its marks in docs/benchmarks.md; sets that are not in DATA are named and left out.
"""

from __future__ import annotations

import argparse
import dataclasses
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers.scoring import interval, mean, ndcg, within
from benchmarks.quality.tables import DOCUMENT, rewrite
from calcqa.assistant import Assistant, find_reader
from calcqa.config import ChunkSettings
from calcqa.errors import CalcqaError
from calcqa.evaluation.caching import CachingEncoder
from calcqa.evaluation.collection import Collection, collect, gather
from calcqa.evaluation.datasets import Dataset, Query, load_dataset
from calcqa.evaluation.datasets.sampling import among, choose
from calcqa.models.encoder import Encoder
from calcqa.models.load_encoder import load_encoder
from calcqa.models.reader import Marked, Reader
from calcqa.parameters import Weights, shipped_weights
from calcqa.types import Hit

BEGIN, END = "<!-- measured by benchmarks/quality/ablations.py -->", "<!-- end of the ablations -->"
SETS = ("covidqa", "selqa", "pubmedqa", "squad2-dev", "medquad")
_WORDS, _HITS, _READ = 250, 30, 8

Judged = Mapping[str, Sequence[float]]
"""What each question is worth, by measure."""


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """A search that differs by weights, by the longest passage in word pieces, or by a reader that reorders hits."""

    name: str
    weights: Mapping[str, float] = dataclasses.field(default_factory=dict)
    pieces: int = 256
    read: bool = False


# Words count a thousandfold where they are to count alone: vectors then only part what words leave equal.
VARIANTS = (
    Variant("as shipped"),
    Variant("vectors alone", {"plain_lexical": 0.0, "phrases": 0.0}),
    Variant("words alone", {"plain_lexical": 800.0, "phrases": 0.0}),
    Variant("words and phrases alone", {"plain_lexical": 800.0, "phrases": 800.0}),
    Variant("vectors and words, no phrases", {"phrases": 0.0}),
    Variant("the best eight ordered anew with the reader", read=True),
    Variant("passages of 128 word pieces at most", pieces=128),
    Variant("passages of 64 word pieces at most", pieces=64),
)


def chosen(dataset: Dataset, limit: int, most: int) -> Dataset:
    """Return the questions of a set that a ranking can be judged by, at most `limit`, and at most `most` texts."""
    dataset = dataclasses.replace(dataset, queries=tuple(q for q in dataset.queries if q.ranks))
    dataset = dataclasses.replace(dataset, queries=choose(dataset, limit=limit or None))
    return among(dataset, most) if most else dataset


def judged(
    queries: Sequence[Query], collection: Collection, encoder: Encoder, weights: Weights, reader: Reader | None = None
) -> Judged:
    """Return what each question is worth by each measure, where the collection is searched with `weights`.

    A `reader` orders the best passages anew, by the sum that orders sentences where one has read.
    """
    assistant = Assistant(collection.assistant.index, encoder, None, weights)
    hits = {}
    for query in queries:
        found = assistant.search(query.turns[-1], _HITS)
        if reader is not None:
            found = [*reordered(query.turns[-1], found[:_READ], reader, weights), *found[_READ:]]
        hits[query.id] = [
            {"doc": text, "text": h.passage.text} for h in found for text in collection.texts[h.passage.document_id]
        ]
    relevant = {q.id: [text for text, grade in q.relevant.items() if grade > 0] for q in queries}
    values = {"nDCG@10": list(ndcg(relevant, hits).values())}
    if all(q.answers for q in queries):
        values = {f"within {_WORDS} words": [float(within(hits[q.id], q.answers, _WORDS)) for q in queries], **values}
    return values


def reordered(question: str, hits: Sequence[Hit], reader: Reader, weights: Weights) -> list[Hit]:
    """Return `hits` by their score and by the reader's scores of the best sentence of each."""

    def value(hit: Hit, marks: Sequence[Marked]) -> float:
        read = [weights.read_score * m.score + weights.read_evidence * m.sentence_score for m in marks]
        return hit.score + max(read, default=0.0)

    readings = reader.read(question, [h.passage for h in hits])
    values = {h.passage.id: value(h, r.sentences) for h, r in zip(hits, readings, strict=True)}
    return sorted(hits, key=lambda h: -values[h.passage.id])


def measured(
    dataset: Dataset, variants: Sequence[Variant], encoder: Encoder, reader: Reader | None, cache: Path
) -> dict[str, Judged]:
    """Return what each variant finds in one set."""
    gathered, cached = gather(dataset), CachingEncoder(encoder)
    rows, collections = {}, dict[int, Collection]()
    for variant in (v for v in variants if reader is not None or not v.read):
        sys.stderr.write(f"{dataset.name}: {variant.name}…\n")
        if variant.pieces not in collections:
            chunking = ChunkSettings(max_pieces=variant.pieces)  # other passages, but the same sentences
            collections[variant.pieces] = collect(dataset, gathered, cached, None, cache, chunking=chunking)
        collection = collections[variant.pieces]
        weights = Weights.from_dict({**shipped_weights().to_dict(), **variant.weights})
        rows[variant.name] = judged(dataset.queries, collection, cached, weights, reader if variant.read else None)
    return rows


def table(rows: Mapping[str, Mapping[str, Judged]], groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a table of Markdown: a row each variant, a column each measure of each set.

    An asterisk marks what differs from the first row by an interval (95 %, bootstrap over the texts questions were
    written for) that does not hold 0. `groups` has the text of each question, by set.
    """
    columns = [(name, measure) for name, found in rows.items() for measure in next(iter(found.values()))]
    lines = [f"| | {' | '.join(f'{name}, {measure}' for name, measure in columns)} |"]
    lines.append("|---" * (len(columns) + 1) + "|")
    for variant in next(iter(rows.values())):
        cells = []
        for name, measure in columns:
            first, own = next(iter(rows[name].values()))[measure], rows[name][variant][measure]
            low, high = interval(groups[name], [a - b for a, b in zip(own, first, strict=True)])
            cells.append(f"{mean(own):.3f}{'' if low <= 0 <= high else '*'}")
        lines.append(f"| {variant} | {' | '.join(cells)} |")
    return lines


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and write or print the table."""
    parser = argparse.ArgumentParser(description="Measure the search with parts of it left out or set otherwise.")
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--sets", nargs="+", default=SETS, metavar="NAME")
    parser.add_argument("--limit", type=int, default=0, help="at most so many questions of a set")
    parser.add_argument("--texts", type=int, default=0, help="at most so many texts of a set, those needed among them")
    parser.add_argument("--cache", type=Path, default=Path("reports/benchmarks/indexes"), help="where indexes are kept")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md; else the table is printed")
    given = parser.parse_args(argv)
    absent = [name for name in given.sets if not (given.data / name).is_dir()]
    for name in absent:
        sys.stderr.write(f"{name} is not in {given.data}.\n")
    present = [name for name in given.sets if name not in absent]
    if not present:
        sys.exit(f"{given.data} has none of the sets.")
    try:
        sets = {name: chosen(load_dataset(given.data / name), given.limit, given.texts) for name in present}
    except CalcqaError as error:
        sys.exit(str(error))
    encoder, reader = load_encoder(), find_reader()
    rows = {name: measured(found, VARIANTS, encoder, reader, given.cache) for name, found in sets.items()}
    groups = {name: [q.asked_of[0] if q.asked_of else min(q.relevant) for q in s.queries] for name, s in sets.items()}
    counts = [f"{name}: {len(s.queries):,} questions, {len(s.texts):,} texts" for name, s in sets.items()]
    typed = ["python", "-m", "benchmarks.quality.ablations", "DATA"]
    typed += [] if tuple(present) == SETS else ["--sets", *present]
    typed += [part for n, v in (("limit", given.limit), ("texts", given.texts)) if v for part in (f"--{n}", str(v))]
    lines = [*table(rows, groups), "", f"{'; '.join(counts)}. `{shlex.join(typed)}`"]
    if given.write:
        rewrite(DOCUMENT, [*lines, ""], BEGIN, END)
    else:
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
