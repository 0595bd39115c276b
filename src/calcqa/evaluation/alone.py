"""Documents of a dataset, each asked alone: what weights for documents without FAQ entries are fitted on."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from calcqa.errors import InputError
from calcqa.evaluation.collection import collect, gather
from calcqa.evaluation.datasets import Dataset, Query
from calcqa.evaluation.datasets.sampling import choose, named_alone
from calcqa.index.build import Progress
from calcqa.index.index import Index
from calcqa.models.encoder import Encoder
from calcqa.workspace import Singles


def fit_for_others(dataset: Dataset, split: str | None) -> Dataset:
    """Return the questions of `split` and the texts they were written for, fit to be fitted on.

    Raises:
        InputError: there is no such split, a question names no text or does not say whether it is answerable, an
            answerable one has no facts, or the set brings no texts.

    """
    dataset = named_alone(dataset, choose(dataset, split, alone=True))
    if not dataset.texts:
        raise InputError(f"The texts that {dataset.name} is about are to be given as one corpus.jsonl.")
    for query in dataset.queries:
        if query.answerable is None or (query.answerable and not query.facts):
            raise InputError(f"{query.place}: a fit needs to know whether it is answerable, and by which facts.")
    return dataset


def each_alone(
    dataset: Dataset, encoder: Encoder, cache: Path, progress: Progress | None = None
) -> list[tuple[Index, list[Query]]]:
    """Return an index of each text that questions were written for, with these questions.

    `cache` is a folder for the index of all of them.
    """
    collection = collect(dataset, gather(dataset, progress), encoder, None, cache, progress=progress)
    singles = Singles(collection.assistant)
    asked: dict[tuple[str, ...], list[Query]] = defaultdict(list)
    for query in dataset.queries:
        asked[query.asked_of].append(query)
    return [
        (singles.of(*(collection.documents[text] for text in texts)).index, queries) for texts, queries in asked.items()
    ]
