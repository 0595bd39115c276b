"""What a question brings up: candidates for an answer, and all else it retrieves."""

from __future__ import annotations

from dataclasses import dataclass

from calcqa.parameters import Weights
from calcqa.retrieval.faq_matching import UnanswerableMatch
from calcqa.types import Hit


@dataclass(frozen=True, slots=True)
class Candidate:
    """Sentences of one document that might answer together, with the parts of their score.

    `sentences` are ids, in reading order. `asked` is 0 where no FAQ entry points here; `matched` is the nearest that
    does.
    """

    document_id: str
    sentences: tuple[str, ...]
    score: float
    dense: float
    lexical: float
    asked: float = 0.0
    matched: str = ""

    def by_itself(self, weights: Weights) -> float:
        """Return its score as if there were no FAQ."""
        return self.dense + weights.plain_lexical * self.lexical


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """The id of a passage that came up, its score and the parts of that; what the FAQ says is not in it."""

    id: str
    score: float
    dense: float
    lexical: float
    phrases: float


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a question brought up.

    `candidates` are best first. `answering` gives each document's combined nearness of the questions it answers,
    `unanswerable` that of what it does not say; those of no document stand under "", and as `small_talk` where the
    question may be that.
    `answerable_log_odds` is the probe's opinion of the same (nats, within ± `Weights.probe_floor`). `hits` are the best
    passages.
    """

    question: str
    corrected: str
    candidates: tuple[Candidate, ...]
    answering: dict[str, float]
    unanswerable: dict[str, UnanswerableMatch]
    small_talk: UnanswerableMatch | None
    answerable_log_odds: dict[str, float]
    hits: tuple[Hit, ...]
    unknown_terms: tuple[str, ...]
    searched: int
