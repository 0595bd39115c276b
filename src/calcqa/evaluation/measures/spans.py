"""Short answers against gold ones: SQuAD's exact match and F1, and the threshold at which they are best.

After the description in Rajpurkar et al. 2016 (section 6.1) and Rajpurkar, Jia & Liang 2018 (section 5): texts are
compared as words, without case, punctuation and articles, with whichever gold text is nearest; on a question without an
answer, giving none scores 1 and anything else 0.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = Sequence[float] | NDArray[np.float64]
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normal(text: str) -> list[str]:
    """Return the words that are compared: lower case, no punctuation, no articles."""
    return re.sub(r"\b(a|an|the)\b", " ", text.lower().translate(_PUNCTUATION)).split()


def exact(text: str, gold: str) -> float:
    """Return 1 where both texts have the same words in the same order, else 0."""
    return float(normal(text) == normal(gold))


def f1(text: str, gold: str) -> float:
    """Return the harmonic mean of precision and recall over words; of texts without words, whether both are."""
    ours, theirs = normal(text), normal(gold)
    if not ours or not theirs:
        return float(ours == theirs)
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * shared / (len(ours) + len(theirs))


def against(text: str, golds: Sequence[str]) -> tuple[float, float]:
    """Return exact match and F1 of a text with the nearest of `golds`; without any, whether the text is empty."""
    if not golds:
        return float(not normal(text)), float(not normal(text))
    return max(exact(text, g) for g in golds), max(f1(text, g) for g in golds)


def stands_in(gold: str, text: str) -> bool:
    """Return whether the words of `gold` stand in `text` one after another, compared as SQuAD compares.

    A gold of nothing but an article or signs ("A", "+") is looked for as it is written.
    """
    wanted, words = normal(gold), normal(text)
    if not wanted:
        return bool(gold.strip()) and re.search(rf"(?<!\w){re.escape(gold.strip())}(?!\w)", text) is not None
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


@dataclass(frozen=True, slots=True)
class Best:
    """The highest mean score, 0..1, that one threshold on confidence reaches, and that threshold.

    Questions with at least that confidence are answered. It is chosen on the very questions it is measured on, as in
    SQuAD 2.0's own best EM and F1: an upper bound of what a threshold could do, not what the program does.
    """

    value: float
    threshold: float


def best_threshold(confidence: Numbers, given: Numbers, none: Numbers) -> Best:
    """Return the threshold with the highest mean score when what is as confident is answered and the rest is not.

    `given[i]` is what question i scores if it is answered, `none[i]` if it is not; all of shape (questions,), of which
    there is at least one. Equal confidences are answered together. Among thresholds as good, the one that answers least
    is taken; where it is best to answer nothing, it lies 1 above the highest confidence.
    """
    scores = np.asarray(confidence, dtype=np.float64)
    left = np.asarray(none, dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    gains = np.concatenate([[0.0], np.cumsum((np.asarray(given, dtype=np.float64) - left)[order])])
    possible = np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])
    cut = int(np.where(possible, gains, -np.inf).argmax())
    value = float((left.sum() + gains[cut]) / len(scores))
    if cut == 0:
        return Best(value, float(ordered[0] + 1.0))
    return Best(value, float(ordered[cut - 1] if cut == len(ordered) else (ordered[cut - 1] + ordered[cut]) / 2))
