"""What a search returned: answers within so many words, and passages with gold evidence.

    within_100 …      whether a gold answer stands in the first 100 (250, 1,000) words retrieved
    passage_nDCG@10   nDCG@10 over passages, those that touch gold evidence being relevant

A gold answer stands within n words when its words stand in a row among the first n words retrieved, passages in the
order of their ranks: so long passages gain nothing. Words are runs of letters and digits, in lower case and NFKC;
punctuation does not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from calcqa.evaluation.measures.ranking import judge_ranking

BUDGETS = (100, 250, 1000)
"""Words retrieved within which an answer is looked for."""

PASSAGES = "passage_nDCG@10"

MEASURES = (*(f"within_{budget}" for budget in BUDGETS), PASSAGES)
"""The measures of what a search returned."""

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Return the words of `text` as they are compared: NFKC, lower case, letters and digits only."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def contains(held: Sequence[str], sought: Sequence[str]) -> bool:
    """Return whether `sought` stands in a row in `held`; what is empty stands nowhere."""
    size = len(sought)
    return size > 0 and any(
        held[at] == sought[0] and list(held[at : at + size]) == list(sought) for at in range(len(held) - size + 1)
    )


def within(texts: Iterable[str], golds: Sequence[str], budget: int) -> bool:
    """Return whether any gold answer stands in the first `budget` words of `texts`, joined in rank order."""
    held = _first_words(texts, budget)
    return any(contains(held, words(gold)) for gold in golds)


def judge_texts(texts: Sequence[str], golds: Sequence[str]) -> dict[str, float]:
    """Return whether a gold answer stands within each budget of words: 0 or 1, by the names in `FOUND`."""
    held, sought = _first_words(texts, max(BUDGETS)), [words(gold) for gold in golds]
    return {f"within_{budget}": float(any(contains(held[:budget], s) for s in sought)) for budget in BUDGETS}


def _first_words(texts: Iterable[str], most: int) -> list[str]:
    held: list[str] = []
    for text in texts:
        held += words(text)
        if len(held) >= most:
            break
    return held[:most]


def judge_passages(ranking: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """Return nDCG@10 of passages by their ids, best first, of which `relevant` touch gold evidence; 0 where none do."""
    return {PASSAGES: judge_ranking(ranking, dict.fromkeys(relevant, 1))["nDCG@10"] if relevant else 0.0}
