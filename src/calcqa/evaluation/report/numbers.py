"""Measures as they are shown: numbers, intervals, topics, words of confidence. Measures nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calcqa import messages
from calcqa.evaluation.measures.estimates import Estimate
from calcqa.evaluation.measures.ranking import RANKED
from calcqa.evaluation.outcomes import Failure, Outcome, by_topic
from calcqa.evaluation.summary import Summary, summarise
from calcqa.language.questions import clean_question
from calcqa.rendering.confidence import WORDS, word

PLAIN = ("auroc", "auroc_right", *RANKED)
"""Measures that are customarily given as numbers, and not in percent."""

_BY_TOPIC = ("right", "found", "answered", "nDCG@10", "RR")
_FACTS_BY_TOPIC = ("facts", "refused", "wrongly_refused", "followups", "citations")
_MOST_TOPICS = 50


def shown(summary: Summary) -> dict[str, Estimate]:
    """Return the measures to show: where facts are judged, right answers and right refusals are shown apart only."""
    hidden = ("right", "answered") if "facts" in summary.estimates else ()
    return {name: estimate for name, estimate in summary.estimates.items() if name not in hidden}


def topics_of(summary: Summary, outcomes: Sequence[Outcome]) -> tuple[list[str], dict[str, Summary]]:
    """Return the measures to show by topic, and each topic's; no topics where there is one, or too many to read."""
    names = _FACTS_BY_TOPIC if "facts" in summary.estimates else _BY_TOPIC
    groups = by_topic(outcomes)
    several = 1 < len(groups) <= _MOST_TOPICS
    topics = {topic: summarise(group) for topic, group in groups.items()} if several else {}
    return [name for name in names if name in summary.estimates], topics


def extras(summary: Summary, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str, str]]:
    """Yield what has no interval, as (name, as it is shown, over how many)."""
    for name, best in (("Best exact match", summary.best_em), ("Best F1", summary.best_f1)):
        if best:
            yield name, f"{best.value * 100:.1f} % at {best.threshold:.3f}", ""
    if summary.words is not None:
        yield "Words an answer", f"{summary.words:.1f}", ""
    if summary.aurc is not None:
        yield "AURC", f"{summary.aurc:.3f}", ""
    what = "all facts held" if "facts" in summary.estimates else "right"
    for name, good, answered in by_word(outcomes):
        if any(o.answered and o.would is not None for o in outcomes):
            share = f"{good / answered * 100:.1f} %" if answered else "–"
            yield f"“{messages.CONFIDENCE[name][0]}” and {what}", share, str(answered)
    for name, seconds in summary.latency.items():
        if seconds is not None:
            yield f"Latency {name}", milliseconds(seconds), ""


def by_word(outcomes: Sequence[Outcome]) -> list[tuple[str, int, int]]:
    """Return for each word of confidence (`rendering/confidence.py`) how many answers were right, of how many."""
    answered = [(word(o.confidence), o.would) for o in outcomes if o.answered and o.would is not None]
    return [(w, sum(right for w_, right in answered if w_ == w), sum(w_ == w for w_, _ in answered)) for w in WORDS]


def failures(outcomes: Sequence[Outcome]) -> list[tuple[Failure, list[Outcome]]]:
    """Return the outcomes with something wrong, by what it is, the gravest first."""
    groups = [(kind, [o for o in outcomes if o.failure is kind]) for kind in Failure]
    return [(kind, group) for kind, group in groups if group]


def value(estimate: Estimate | None, name: str) -> str:
    """Return a measure as it is shown: a share in percent, one of `PLAIN` to three places, a dash for none."""
    if estimate is None or estimate.value is None:
        return "–"
    return number(estimate.value, name) + ("" if name in PLAIN else " %")


def interval(estimate: Estimate | None, name: str) -> str:
    """Return a measure's interval as it is shown; empty where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f"{number(estimate.low, name)}–{number(estimate.high, name)}"


def number(value: float, name: str) -> str:
    """Return the number of a measure as it is shown, without the sign of percent."""
    return f"{value:.3f}" if name in PLAIN else f"{value * 100:.1f}"


def milliseconds(seconds: float) -> str:
    """Return a latency as it is shown."""
    return f"{seconds * 1000:.1f} ms"


def printable(text: str) -> str:
    """Return `text` on one line without control characters, which could steer a terminal or hide in a page."""
    return clean_question(text)


def cut(text: str, most: int) -> str:
    """Return `text`, printable, in at most `most` characters."""
    line = printable(text)
    return line if len(line) <= most else line[: most - 1] + "…"
