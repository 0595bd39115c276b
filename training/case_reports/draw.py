"""Which report belongs to which split: near-duplicates grouped first, then drawn at random by a seed.

    python -m training.case_reports.draw CORPUS --out questions/case-reports/draw.json

Two reports are near-duplicates where they share much text that few others have, or tell of the same things in nearly
the same words. A group stays in one split. The order of `train` is the order of its stages: the first 150, 300 and 600
are the stages, `round-2` and `round-3` the reports of later rounds, `plain` those of plain questions. Nobody read a
report before this file was written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from training.case_reports.texts import read_corpus
from training.telling import tell

_SEED = 16
_WORDS = 8  # of a stretch that is compared
_RARE = 5  # reports that hold a stretch; what more hold is boilerplate of a journal or a checklist
_SHARED = 25  # rare stretches in common that make near-duplicates
_SIMILAR = 0.65  # cosine of tf-idf vectors that makes near-duplicates
_SIZES = {"dev": 40, "test-a": 40, "test-b": 40, "train": 600, "round-2": 60, "round-3": 120, "plain": 60}


def groups(texts: Sequence[str]) -> list[list[int]]:
    """Return the numbers of `texts` in groups of near-duplicates; most groups have one member."""
    leader = list(range(len(texts)))

    def first(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for a, b in (*_sharing(texts), *_similar(texts)):
        low, high = sorted((first(a), first(b)))
        leader[high] = low
    members = defaultdict(list)
    for number in range(len(texts)):
        members[first(number)].append(number)
    return list(members.values())


def _sharing(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs that share many stretches of words that few others hold."""
    holders: dict[bytes, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        words = re.findall(r"\w+", text.lower())
        stretches = {" ".join(words[at : at + _WORDS]) for at in range(len(words) - _WORDS + 1)}
        for stretch in stretches:
            holders[hashlib.blake2b(stretch.encode(), digest_size=8).digest()].append(number)
    shared = Counter(pair for ids in holders.values() if len(ids) <= _RARE for pair in combinations(ids, 2))
    return [pair for pair, count in shared.items() if count >= _SHARED]


def _similar(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs whose words, weighed by how rare they are, are nearly the same."""
    import numpy as np

    counts = [Counter(re.findall(r"[a-z]{3,}", text.lower())) for text in texts]
    frequency = Counter(word for count in counts for word in count)
    places = {word: at for at, word in enumerate(sorted(w for w, n in frequency.items() if 2 <= n <= len(texts) / 2))}
    matrix = np.zeros((len(texts), len(places)), dtype=np.float32)
    for row, count in enumerate(counts):
        for word, n in count.items():
            if word in places:
                matrix[row, places[word]] = (1 + math.log(n)) * math.log(len(texts) / frequency[word])
        matrix[row] /= max(float(np.linalg.norm(matrix[row])), 1e-9)
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(texts), 256):
        cosines = matrix[start : start + 256] @ matrix.T
        pairs += [(start + int(a), int(b)) for a, b in np.argwhere(cosines >= _SIMILAR) if start + a < b]
    return pairs


def draw(
    ids: Sequence[str], texts: Sequence[str], seed: int = _SEED, sizes: Mapping[str, int] = _SIZES
) -> dict[str, list[str]]:
    """Return the ids of each split, of the least `sizes`; the rest, on which a teacher may be asked, is `rest`."""
    members = groups(texts)
    random.Random(seed).shuffle(members)
    splits: dict[str, list[str]] = {name: [] for name in (*sizes, "rest")}
    names = iter(sizes)
    name = next(names)
    for group in members:
        while name != "rest" and len(splits[name]) >= sizes[name]:
            name = next(names, "rest")
        splits[name] += [ids[number] for number in group]
    return splits


def main() -> None:
    """Draw, and write the splits with the corpus's sha256."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    texts = read_corpus(given.corpus)
    splits = draw([*texts], [*texts.values()])
    digest = hashlib.sha256(given.corpus.read_bytes()).hexdigest()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps({"corpus_sha256": digest, "seed": _SEED, "splits": splits}, indent=1) + "\n")
    tell({name: len(chosen) for name, chosen in splits.items()})


if __name__ == "__main__":
    main()
