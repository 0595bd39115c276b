"""Documents of a dataset, each asked alone: what weights for documents without FAQ entries are fitted on."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from calcqa.evaluation.collection import collect, gather
from calcqa.evaluation.datasets import Dataset, Query
from calcqa.evaluation.datasets.sampling import choose, named_alone
from calcqa.index.build import Progress
from calcqa.index.index import Index
from calcqa.models.encoder import Encoder
from calcqa.workspace import Singles


def each_alone(
    dataset: Dataset, split: str | None, encoder: Encoder, cache: Path, progress: Progress | None = None
) -> list[tuple[Index, list[Query]]]:
    """Return an index of each text that questions of `split` were written for, with these questions.

    `cache` is a folder for the index of all of them.

    Raises:
        InputError: there is no such split, or its questions name no texts.

    """
    dataset = named_alone(dataset, choose(dataset, split, alone=True))
    collection = collect(dataset, gather(dataset, progress), encoder, None, cache, progress=progress)
    singles = Singles(collection.assistant)
    asked: dict[tuple[str, ...], list[Query]] = defaultdict(list)
    for query in dataset.queries:
        asked[query.asked_of].append(query)
    return [
        (singles.of(*(collection.documents[text] for text in texts)).index, queries) for texts, queries in asked.items()
    ]
