"""Rankings against judgements, by ir_measures (MacAvaney, Macdonald & Ounis 2022), over trec_eval.

nDCG@10   normalised discounted cumulative gain (Järvelin & Kekäläinen 2002), by grades
R@10      the share of relevant texts among the first 10; R@100 among the first 100
RR        1 / rank of the first relevant text, 0 where there is none; its mean is MRR
P@1       whether the first text is relevant
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calcqa.types import Hit

RANKED = ("nDCG@10", "R@10", "R@100", "RR", "P@1")
"""The measures of a ranking, in the order they are shown."""

DEPTH = 100
"""How many texts of a ranking are kept."""


def judge_ranking(ranking: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float]:
    """Return each of `RANKED` for one query: `ranking` are texts, best first; `relevant` the grade of each judged one.

    A ranking of nothing scores 0 throughout. What is not judged counts as not relevant.
    """
    import ir_measures

    judged = [ir_measures.Qrel("q", text, grade) for text, grade in relevant.items()]
    # The rank decides, not a score: trec_eval would put texts of equal score into an order of its own.
    ranked = [ir_measures.ScoredDoc("q", text, float(-place)) for place, text in enumerate(ranking)]
    values = {str(m.measure): float(m.value) for m in ir_measures.iter_calc(_measures(), judged, ranked)}
    return {name: values[name] for name in RANKED}


def rank_texts(hits: Sequence[Hit], texts: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the ids of texts, the best `DEPTH`, by the best passage of the document each is.

    `texts` gives those of each document: a set may have one text under several ids, which then follow each other.
    """
    documents = dict.fromkeys(hit.passage.document_id for hit in hits)
    return tuple(text for document in documents for text in texts.get(document, ()))[:DEPTH]


@functools.lru_cache(maxsize=1)
def _measures() -> list[Any]:
    import ir_measures

    return [ir_measures.parse_measure(name) for name in RANKED]
