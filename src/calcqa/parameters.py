"""Every number that decides, by stage: its unit, whether it is fitted or set, and its default.

`Weights` is stored with an index, in its manifest, and read from there when a question is asked. An older manifest
that lacks some of them takes the defaults. A reader's own thresholds and calibration travel with the reader
(`weights/reader/meta.json`); what only bounds work stands where the work is done.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast

LONGEST_SPAN = 30
"""Word pieces that a short answer has at most. The reader was calibrated with it, so it belongs to no index; set."""

AGREEMENT_BOUND = 12.0
"""Logits to which the agreement of a sentence's spans is bounded: one possible span would make it infinite; set."""

ANSWERS = 0.5
"""Probability that a passage answers, from which a reading marks a span as its answer; set. As the next five, a
reader's, and of no index: readers were calibrated with them."""

OTHERS_SURE = 0.9
"""Probability from which a span of a reader that is not ours, and not calibrated, is shown as a short answer; set."""

ALIKE = 0.5
"""F1 over word pieces above which two spans say much the same; set."""

QUESTION_PIECES = 64
"""Word pieces of a question that a reader reads: a longer one loses its end; set."""

SHEET_CHARACTERS = 1_600
"""Characters of sentences that are read together, about: with a question, what fits into 512 word pieces; set."""

IN_OTHER_WORDS = 0.4
"""Share of a question's words that a text says otherwise, from which it is also read in that text's words; set, on dev.

Over 19 reports AUROC is 0.868 with it, 0.866 without and 0.869 where every such question is read twice.
"""

LEAD_PIECES = 24
"""Word pieces of the headings over a passage that a reader reads with it; set."""

BESIDE = 20.0
"""Logits a unit of cosine: what the encoder says of a sentence, beside what the reader does; the reader was trained so.
Set."""

BESIDE_FROM = 0.5
"""Cosine of question and sentence at which the encoder says nothing either way; set."""

WINDOW_STEP = 128
"""Word pieces between the beginnings of two windows of a long text, at most; set."""

PROBE_SCALE = 10.0
"""Length of the vectors that a probe is learned from and asked with, so that a customary penalty (C = 1) fits; set.
A probe in a file was learned with it."""

DUPLICATES = 0.98
"""Cosine from which two FAQ entries with one answer are called duplicates (`calcqa check`); set."""

UNKNOWN_NAMED = 6
"""Words that never occur, of those in a question, that a refusal names; set. Saved refusals are verified with it."""

WHOLE_CONFIDENCE = 0.97
"""Confidence in a section or a list that is quoted whole because its heading or lead-in has all that is asked; set."""

CONFIDENT = {"high": 0.95, "fair": 0.85, "low": 0.0}
"""The least confidence, a probability, that each word for it stands for; set. The fit counts what each was worth."""


DISPUTED = 0.9
"""The most confidence, a probability, of an answer whose quotes disagree: less than "high"; set."""


class Priors(NamedTuple):
    """What the form of a reading of a follow-up adds to its nearness, in units of cosine; all set by hand.

    The first four are of the follow-up as it is, the next six of what a pointing word may mean, the last six of
    readings that change the question before or append to the follow-up (`query/rewriting.py`).
    """

    pointing_whole: float = 0.06  # it points, and has a subject of its own
    pointing: float = -0.02  # it points, and has none
    patient: float = 0.2  # it points only at the patient
    as_it_is: float = 0.02
    heading: float = 0.05  # named in the question before
    noun: float = 0.03  # a run of nouns of the question before
    word: float = -0.02  # one word of such a run
    cited_heading: float = 0.0  # over a sentence that was quoted
    quoted_noun: float = -0.05
    title: float = -0.08
    appended: float = -0.02  # on top of that of the subject, where it is appended as "in …"
    sibling: float = 0.15  # a heading for its sibling, or a number for a number, in the question before
    heading_for_title: float = 0.12
    heading_alone: float = 0.0
    noun_for_noun: float = 0.03
    matter: float = -0.04  # the rest of the question before, appended


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers that decide which sentences come up, whether they answer, and what is quoted of them.

    "Fitted" is by `calcqa fit` on the development half of `questions/report.jsonl`; "set" is chosen by hand, where
    other question sets show what is right (docs/benchmarks.md) or nothing hangs on the exact value. The logistic models
    have an intercept, then a coefficient for each feature in the order of `answering/answerability.py`.
    """

    # Retrieval: fusion (`retrieval/retriever.py`, `retrieval/faq_matching.py`).
    neighbours: int = 20  # FAQ entries that count; fitted
    temperature: float = 0.04  # cosine; of the soft sum over entries of one answer; fitted
    row_lexical: float = 0.1  # cosine a share of words; for an FAQ entry; fitted
    probe: float = 1.0  # cosine; of the probe's certainty; fitted
    lexical: float = 0.3  # score a share of words; beside FAQ entries; fitted
    plain_lexical: float = 0.3  # the same without FAQ entries; fitted
    phrases: float = 0.8  # score a share of phrases, for passages; set
    asked_weight: float = 5.0  # score a cosine of FAQ entries; fitted
    asked_floor: float = 0.2  # cosine below which FAQ entries count nothing; set
    whole_passage: float = 0.5  # share of a passage's own cosine beside its best sentence's; set
    # Follow-ups: which reading is meant (`Retriever.nearness`), and how one is searched.
    own: float = 0.5  # weight of the nearness to the follow-up as typed; fitted
    context: float = 0.2  # weight of the nearness to the question before; fitted
    typed: float = 0.6  # weight of the follow-up's own vector beside the reading's; set
    again: float = 0.5  # taken off a cosine of likeness to the question before, above `again_from`; fitted
    # Many documents: which one a question names (`retrieval/reports.py`).
    named: tuple[float, ...] = (20.0, 5.0, 11.0)  # logits a share of the name's words, of the rest's, a cosine; fitted
    named_least: float = 0.3  # share of a name's words, by rarity, that some document has; with less it is of none; set
    named_sure: float = 0.4  # probability of the likeliest from which one is named; set, on the development reports
    named_within_sure: float = 0.8  # the same where the name stands within the question; set
    named_clear: float = 0.95  # probability from which no other is asked beside the likeliest; set
    named_most: int = 3  # documents that are asked, where that is not clear; set
    # Answering: how close a further candidate must come to be quoted as well.
    second: float = 0.1  # cosine of FAQ entries; fitted
    plain_second: float = 0.2  # score, without FAQ entries; fitted
    # Answering: the logistic decisions and the probabilities above which they answer; all fitted.
    asked: tuple[float, ...] = (-4.0, 20.0, 5.0, 1.0, 1.0, -2.0, 2.0)  # for documents with FAQ entries and a probe
    asked_threshold: float = 0.5
    few: tuple[float, ...] = (-4.0, 20.0, 5.0, 1.0, 1.0, -2.0)  # with too few of them for a probe
    few_threshold: float = 0.5
    plain: tuple[float, ...] = (-4.0, 6.0, 3.0, -3.0, -2.0)  # without any
    plain_threshold: float = 0.5
    # Answering: the logistic models of confidence, from the log odds that a document answers to those that what is
    # quoted of it holds all that was asked for; all fitted.
    asked_right: tuple[float, ...] = (0.0, 1.0)
    few_right: tuple[float, ...] = (0.0, 1.0)
    plain_right: tuple[float, ...] = (0.0, 1.0)
    read_right: tuple[float, ...] = (0.0, 1.0, 0.0)  # the last by the log odds of what is quoted, as it was read
    # Reading: the same for documents that a reader has read.
    read_score: float = 0.02  # score a logit of the span; fitted
    read_evidence: float = 0.02  # score a logit of the sentence; fitted
    read: tuple[float, ...] = (-3.0, 3.0, 2.0, -2.0, -2.0, 0.2, 0.2, -1.0, -0.5, -0.5, 0.0)  # fitted
    read_threshold: float = 0.5  # fitted
    among: float = 0.25  # logits off `read`'s intercept a nat of the number of documents; set
    read_second: float = 0.2  # score; fitted
    # Query: misspellings, abbreviations, follow-ups. All set.
    spelling_letters: int = 5  # of the shortest word that is corrected: shorter ones are a slip away from too many
    spelling_alike: float = 0.78  # normalised alignment similarity of slip and word: one slip in five letters
    spelling_rest_alike: float = 0.86  # from which two words are one behind prefixes that differ, so no slip
    long_forms_alike: float = 0.8  # normalised alignment similarity from which two long forms are one
    subject_words: int = 3  # content words from which a question that does not point stands alone
    subjects: int = 10  # likeliest subjects that a follow-up may mean
    subject_letters: int = 100  # characters of the longest of them
    pointing_words: int = 3  # words of a follow-up that are taken to point: nobody asks with more
    quotes_meant: int = 2  # first quotes of the answer before whose nouns may be meant
    quote_nouns: int = 8  # runs of nouns of each of these
    exchanged_words: int = 4  # of the longest follow-up that only names another subject
    exchanged_nouns: int = 4  # runs of nouns of the question before that it may stand for
    part_words: int = 2  # of the shortest part of a question with parts: "and why?" is none
    most_parts: int = 4  # that a question is cut into; what has more is asked whole
    priors: Priors = Priors()
    # FAQ: what is learned of the entries of an index. All set.
    learned_from: int = 500  # FAQ entries below which nothing is learned: it would be noise
    shrinkage: float = 0.5  # share of the sphere in the covariance; by leaving out whole sittings of writing
    probe_floor: float = 12.0  # nats below certainty at which the probe's opinion is cut off
    # Stores: BM25.
    k1: float = 0.9  # how soon a repeated term stops counting for more; set
    b: float = 0.4  # how much a long row is held against it; set
    # Retrieval: how far is looked. All set.
    depth: int = 50  # rows taken from each ranking: sentences and passages, by vectors and by words
    wider: int = 4  # times as many are searched where several rankings are merged, or scored again by words
    close: int = 8  # best passages of which every sentence is a candidate
    again_from: float = 0.5  # cosine from which an FAQ entry is like the question before
    reading_depth: int = 30  # rows among which the nearness of a reading of a follow-up is found
    # Answering: bounds of features, when a refusal names what is missing, what is quoted. All set.
    read_sentences: int = 16  # best sentences that a reader reads
    margin_bound: float = 0.4  # cosine; a lead of answers over unanswerable entries beyond it says no more
    logit_bound: float = 12.0  # logits of a reader beyond it say no more
    unanswerable_near: float = 0.4  # cosine and words; the least nearness of an entry for a refusal to name its kind
    unanswerable_near_plain: float = 0.6  # the same where no entries, or few, are: there cosines are as encoded, higher
    unanswerable_sure: float = 0.8  # cosine and words, from which its kind is named though all words occur
    small_talk_near: float = 0.75  # cosine; what lies nearer than that to small talk is no question about a document
    small_talk_same: float = 0.97  # the same, for a question with a document's word in it
    answer_words: int = 60  # words of an answer with further candidates
    further: int = 2  # candidates quoted beside the best
    nearest: int = 3  # passages shown with a refusal
    span_likely: float = 0.5  # probability below which a reader contradicts the FAQ entries of a sentence
    span_share: float = 0.8  # of its quote; a longer span is no shorter answer
    figures: Mapping[str, Any] = field(default_factory=dict)  # what was reached where they were fitted

    def of_reader(self, own: Mapping[str, Any]) -> Weights:
        """Return these weights with those that a reader brings along (`OF_A_READER`), if any.

        Raises:
            TypeError, ValueError: one is not a reader's to say, or not the number, or as many, that it must be.
        """
        if unknown := sorted(own.keys() - set(OF_A_READER)):
            raise ValueError(f"{unknown[0]} is no weight of a reader")
        return Weights.from_dict({**self.to_dict(), **own}) if own else self

    def to_dict(self) -> dict[str, Any]:
        """Return the weights as a plain dict, fit for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Weights:
        """Return the weights that `to_dict` wrote.

        Raises:
            TypeError, ValueError: a field does not belong, or is not the number, or as many numbers, that it must be.
        """
        fixed: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        if "priors" in fixed:
            fixed["priors"] = Priors._make(fixed["priors"])
        plain = cls()
        weights = cls(**fixed)
        for f in dataclasses.fields(cls):
            _check_kind(f.name, getattr(weights, f.name), getattr(plain, f.name))
        for name in ("temperature", "shrinkage", "probe_floor"):
            if getattr(weights, name) <= 0:
                raise ValueError(f"the weight {name} is not above zero")
        for name in _SHARES:
            if not 0 <= getattr(weights, name) <= 1:
                raise ValueError(f"the weight {name} is not between 0 and 1")
        return weights


OF_A_READER = ("read", "read_threshold", "read_right", "read_score", "read_evidence", "read_second", "read_sentences")
"""The weights that a reader may bring along, fitted beside its own scores: those of an index are of the shipped one."""

DEFAULTS = Weights()
"""What holds where nobody says otherwise."""

_SHARES = (
    "spelling_alike",
    "spelling_rest_alike",
    "long_forms_alike",
    "shrinkage",
    "span_likely",
    "whole_passage",
    "named_least",
    "named_sure",
    "named_within_sure",
)
_MOST = 1_000  # of what is counted: an index may come from anybody, and more would cost whoever asks it
_MOST_OF = {"wider": 20}  # which multiplies what is counted


def _check_kind(name: str, value: object, usual: object) -> None:
    """Raise ValueError where a field's value is not of the kind and size of its `usual` one."""
    if name == "figures":
        _check_figures(value)
    elif isinstance(usual, tuple):
        if not isinstance(value, tuple) or len(value) != len(usual) or not all(map(_is_number, value)):
            raise ValueError(f"the weights {name} are not {len(usual)} numbers")
    elif not _is_number(value) or isinstance(usual, int) and not isinstance(value, int):
        raise ValueError(f"the weight {name} is not a number of its kind")
    elif isinstance(usual, int) and not 0 < cast(int, value) <= _MOST_OF.get(name, _MOST):
        raise ValueError(f"the weight {name} is not between 1 and {_MOST_OF.get(name, _MOST):,}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6 and math.isfinite(value)


def _check_figures(figures: object) -> None:
    for group in [figures, *(figures.values() if isinstance(figures, Mapping) else [])]:
        if not _is_number(group) and not (isinstance(group, Mapping) and all(isinstance(k, str) for k in group)):
            raise ValueError("the figures of the weights are not numbers by name")


WEIGHTS_FILE = Path(__file__).parent / "weights" / "parameters.json"
"""Where `calcqa fit` writes the shipped weights, and `calcqa build` reads them."""


def shipped_weights() -> Weights:
    """Return the weights that ship with the package."""
    return (
        Weights.from_dict(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))) if WEIGHTS_FILE.is_file() else Weights()
    )
