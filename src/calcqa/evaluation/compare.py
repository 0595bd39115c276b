"""Two runs compared, question by question: what differs, how surely, and where.

For shares, the p value is that of a paired randomisation test (Fisher 1935; for retrieval Smucker, Allan & Carterette
2007): were both runs alike, which of them a question's two results belong to would be a toss, so they are exchanged at
random and the difference is compared with those of the tosses. Where it is the whole run that has a measure (AUROC), p
is that of the paired bootstrap. Intervals are percentile intervals of the paired bootstrap (Efron & Tibshirani 1993).
Only questions that both runs have are compared. Reads and writes nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calcqa.errors import InputError
from calcqa.evaluation.measures.estimates import AT_ONCE, RESAMPLES, Floats, resampled_areas, wins
from calcqa.evaluation.measures.ranking import RANKED

ROUNDS = 10_000
"""Exchanges of a randomisation test."""

_LARGEST = 2**53  # of the numbers of a record
_LEADING = ("right", *RANKED)
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two runs over the same questions: its values, b - a with a 95% interval, and p (two-sided)."""

    name: str
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    questions: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A question with another result, by the leading measure: what it scored, and what was answered."""

    id: str
    question: str
    before: float
    after: float
    said_before: str
    said_after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run b against run a.

    `questions` are those that both have, `only_a` and `only_b` count the others. `leading` is the measure by which
    questions are `won` (better in b) and `lost`, the largest changes first; None where the runs share no such measure.
    """

    questions: int
    only_a: int
    only_b: int
    differences: tuple[Difference, ...]
    leading: str | None
    won: tuple[Changed, ...]
    lost: tuple[Changed, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain dicts, lists, strings and numbers, fit for JSON."""
        return dataclasses.asdict(self)


def compare(a: Sequence[Record], b: Sequence[Record], *, seed: int = 0, rounds: int = ROUNDS) -> Comparison:
    """Compare the records of two runs; the same records, seed and rounds give the same numbers.

    Args:
        a: records with "id", "scores" (name → hits and size), and perhaps "turns", "text", "confidence", "answerable".
        b: those of the other run.
        seed: of the tosses.
        rounds: how many.

    Raises:
        InputError: they have no question in common, or other questions under one id, or a record is damaged.

    """
    for record in (*a, *b):
        if not _sound(record):
            raise InputError(f"The record of the question {record.get('id')!r} is damaged.")
    others = {r["id"]: r for r in b}
    pairs = [(r, others[r["id"]]) for r in a if r["id"] in others]
    if not pairs:
        raise InputError("The two runs have no question in common.")
    for x, y in pairs:
        if x.get("turns") and y.get("turns") and list(x["turns"]) != list(y["turns"]):
            raise InputError(f"The two runs asked different questions under the id {x['id']!r}.")
    shared = ((n, x["scores"], y["scores"]) for x, y in pairs for n in x["scores"] if n in y["scores"])
    names = dict.fromkeys(name for name, before, after in shared if before[name][1] and after[name][1])
    differences = [_share(name, pairs, seed, rounds) for name in names]
    if area := _area(pairs, seed):
        differences.append(area)
    leading = next((name for name in _LEADING if name in names), None)
    changed = [_changed(x, y, leading) for x, y in pairs if _held(x, leading) and _held(y, leading)]
    by_size = sorted((c for c in changed if c.before != c.after), key=lambda c: -abs(c.after - c.before))
    return Comparison(
        questions=len(pairs),
        only_a=len(a) - len(pairs),
        only_b=len(b) - len(pairs),
        differences=tuple(differences),
        leading=leading,
        won=tuple(c for c in by_size if c.after > c.before),
        lost=tuple(c for c in by_size if c.after < c.before),
    )


def _held(record: Record, name: str | None) -> bool:
    return bool(record["scores"].get(name, (0, 0))[1])


def _sound(record: Record) -> bool:
    """Return whether what is compared of a record, which comes from a file, is of its kind."""
    scores, texts = record.get("scores"), (record.get("turns") or [], record.get("ranking") or [])
    return (
        isinstance(record.get("id"), str)
        and isinstance(scores, Mapping)
        and all(
            isinstance(pair, list | tuple) and len(pair) == 2 and all(map(_number, pair)) for pair in scores.values()
        )
        and all(isinstance(held, list | tuple) and all(isinstance(t, str) for t in held) for held in texts)
        and _number(record.get("confidence", 0) or 0)
    )


def _number(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= _LARGEST


def _share(name: str, pairs: Sequence[tuple[Record, Record]], seed: int, rounds: int) -> Difference:
    """Compare a share: the sum of hits over the sum of sizes.

    A question that only one run has a part in (it alone gave an answer that could be right or wrong) counts with
    nothing in the other.
    """
    parts = [(x["scores"].get(name, (0, 0)), y["scores"].get(name, (0, 0))) for x, y in pairs]
    scores = np.array([p for p in parts if p[0][1] or p[1][1]], dtype=np.float64)  # (questions, run, hits or size)
    n = len(scores)
    sums = scores.sum(axis=0)
    values = sums[:, 0] / sums[:, 1]
    observed = float(values[1] - values[0])
    rng = np.random.default_rng(seed)
    own, total = scores[:, 1] - scores[:, 0], scores.sum(axis=(0, 1))

    def exchanged(rows: int) -> Floats:
        """Return the differences after tosses: an exchange moves what a question's two results differ by."""
        bits = np.frombuffer(rng.bytes(rows * (-(-n // 8))), dtype=np.uint8).reshape(rows, -1)
        tosses = np.unpackbits(bits, axis=1, count=n).astype(np.float64)
        b = scores[:, 1].sum(axis=0) - tosses @ own
        a = total - b
        return _ratio(b) - _ratio(a)

    def resampled(rows: int) -> Floats:
        drawn = rng.integers(n, size=(rows, n)) + n * np.arange(rows)[:, None]  # a block of numbers for each row
        counts = np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)
        return _ratio(counts @ scores[:, 1]) - _ratio(counts @ scores[:, 0])

    tossed = _in_parts(exchanged, rounds, n)
    # A toss as extreme as what was seen counts, and what was seen is one of the tosses (Phipson & Smyth 2010).
    p = (1 + int((np.abs(tossed) >= abs(observed) - 1e-12).sum())) / (1 + len(tossed))
    low, high = np.nanpercentile(_in_parts(resampled, RESAMPLES, n), [2.5, 97.5])
    return Difference(name, float(values[0]), float(values[1]), observed, float(low), float(high), p, n)


def _ratio(sums: Floats) -> Floats:
    """Return hits over sizes, shape (rows,), of sums of shape (rows, 2); NaN where a resample holds nothing."""
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[:, 0] / sums[:, 1])


def _area(pairs: Sequence[tuple[Record, Record]], seed: int) -> Difference | None:
    """Compare how well confidence tells answerable from unanswerable (AUROC); None where all are of one kind."""
    known = [(x, y) for x, y in pairs if x.get("answerable") is not None and x.get("answered") is not None]
    known = [(x, y) for x, y in known if y.get("answerable") == x["answerable"] and y.get("answered") is not None]
    labels = np.array([bool(x["answerable"]) for x, _ in known])
    if labels.all() or not labels.any():
        return None
    confidence = np.array([(x["confidence"], y["confidence"]) for x, y in known], dtype=np.float64)
    before, after = (wins(confidence[labels, run], confidence[~labels, run]) for run in (0, 1))
    a, b = float(before.mean()), float(after.mean())
    drawn = resampled_areas(after - before, seed)
    low, high = np.percentile(drawn, [2.5, 97.5])
    beyond = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    p = min(1.0, 2 * (1 + beyond) / (1 + len(drawn)))
    return Difference("auroc", a, b, b - a, float(low), float(high), p, len(known))


def _in_parts(draw: Callable[[int], Floats], rounds: int, n: int) -> Floats:
    """Return `rounds` drawn values, so many at a time that thousands of questions fit into memory."""
    rows = max(1, AT_ONCE // n)
    return np.concatenate([draw(min(rows, rounds - at)) for at in range(0, rounds, rows)])


def _changed(x: Record, y: Record, name: str | None) -> Changed:
    (hits, size), (other_hits, other_size) = x["scores"][name], y["scores"][name]
    turns = x.get("turns") or y.get("turns") or [x["id"]]
    return Changed(x["id"], turns[-1], hits / size, other_hits / other_size, _shown(x), _shown(y))


def _shown(record: Record) -> str:
    """Return what a run answered; where it only ranked, what it ranked first."""
    return str(record.get("text") or " ".join(record.get("ranking", [])[:3]))
