"""Sidecars: anchoring quotes to offsets, refusals that name the line, and the sidecar that ships."""

import json

import pytest

from calcqa.config import ChunkSettings
from calcqa.documents.chunking import chunk
from calcqa.documents.load import load, load_markdown
from calcqa.errors import InputError, SidecarError
from calcqa.faq.entries import (
    NOT_QUESTIONS,
    OTHER_LANGUAGE,
    UNANSWERABLE_KINDS,
    not_questions,
    read_sidecar,
    records,
    sidecar_path,
)
from calcqa.language.questions import clean_question
from calcqa.types import FAQEntry, Span
from helpers.paths import EDITION, SIDECAR

DOCUMENT = load_markdown("# Knee\n\nThe knee hurt. Ice was laid on it.\n\nIt was a knee of ice.\n", "knee.md").document


@pytest.fixture
def sidecar(tmp_path):
    def write(*lines):
        path = tmp_path / "knee.questions.jsonl"
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def at(quote):
    start = DOCUMENT.text.index(quote)
    return Span(start, start + len(quote))


def test_quotes_are_anchored_in_reading_order(sidecar):
    path = sidecar(
        {"question": " What\thurt? ", "evidence": ["The knee hurt."]},
        "",
        {"question": "Tell all", "evidence": ["It was a knee of ice.", "The knee hurt.", "The knee hurt."]},
        {"question": "Which dose?", "evidence": [], "gap": "doses"},
        {"question": "What was laid on it?", "evidence": ["Ice"], "gap": None},
    )
    assert read_sidecar(path, DOCUMENT) == [
        FAQEntry("What hurt?", DOCUMENT.id, (at("The knee hurt."),)),
        FAQEntry("Tell all", DOCUMENT.id, (at("The knee hurt."), at("It was a knee of ice."))),
        FAQEntry("Which dose?", DOCUMENT.id, (), "doses"),
        FAQEntry("What was laid on it?", DOCUMENT.id, (at("Ice"),)),
    ]


GOOD = {"question": "What hurt?", "evidence": ["The knee hurt."]}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"question": "q", "evidence": ["The knee hurts."]}, "the quote does not stand in knee.md"),
        ({"question": "q", "evidence": ["the knee hurt."]}, "the quote does not stand in knee.md"),
        ({"question": "q", "evidence": ["The knee hurt.", "x" * 200]}, "the quote does not stand in knee.md"),
        ({"question": "q", "evidence": ["knee"]}, "the quote stands more than once in knee.md"),
        ('{"question": "q", "evidence": [', "not valid JSON"),
        ("question: q", "not valid JSON"),
        ('["question"]', "not a JSON object"),
        ('"question"', "not a JSON object"),
        ({"question": "q", "evidence": ["The knee hurt."], "gap": "doses"}, "and not both"),
        ({"question": "q", "evidence": []}, 'either quotes as "evidence" or a "gap"'),
        ({"question": "q", "evidence": [], "gap": ""}, 'either quotes as "evidence" or a "gap"'),
        ({"question": "q", "evidence": [], "gap": "weather"}, "unknown gap 'weather'; the kinds are doses, "),
        ({"question": "q", "evidence": [], "gap": ["doses"]}, "unknown gap ['doses']"),
        ({"question": "q", "gap": "doses"}, 'needs "evidence"'),
        ({"question": "q", "evidence": "The knee hurt."}, 'needs "evidence"'),
        ({"question": "q", "evidence": [""]}, 'needs "evidence"'),
        ({"question": "q", "evidence": [3]}, 'needs "evidence"'),
        ({"evidence": ["The knee hurt."]}, 'needs a "question"'),
        ({"question": " \n", "evidence": ["The knee hurt."]}, 'needs a "question"'),
        ({"question": 3, "evidence": ["The knee hurt."]}, 'needs a "question"'),
    ],
)
def test_a_bad_line_is_named(sidecar, line, problem):
    path = sidecar(GOOD, "", line, GOOD)
    with pytest.raises(SidecarError) as raised:
        read_sidecar(path, DOCUMENT)
    assert str(raised.value).startswith("knee.questions.jsonl, line 3: ")
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 400
    assert (raised.value.source, raised.value.line) == ("knee.questions.jsonl", 3)
    assert isinstance(raised.value, InputError)


def test_a_file_that_is_not_text_is_refused(sidecar):
    path = sidecar(GOOD)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SidecarError, match="not UTF-8"):
        list(records(path))


def test_line_numbers_count_only_line_feeds(sidecar):
    path = sidecar('{"question": "a\u2028b"}', '{"question": "c\u0085d"}\r')
    assert [(n, r["question"]) for n, r in records(path)] == [(1, "a\u2028b"), (2, "c\u0085d")]


@pytest.mark.parametrize("name", ["knee.md", "knee.txt", "knee.markdown"])
def test_a_sidecar_stands_beside_its_document(tmp_path, name):
    assert sidecar_path(tmp_path / name) == tmp_path / "knee.questions.jsonl"


def test_what_is_no_question_ships_with_the_package():
    asked = not_questions()
    assert {a.unanswerable for a in asked} == NOT_QUESTIONS - {OTHER_LANGUAGE}  # which is told by its words
    assert set(UNANSWERABLE_KINDS) >= NOT_QUESTIONS
    assert all(a.document_id == "" and a.evidence == () and a.question for a in asked)


# The sidecar of the shipped edition


@pytest.fixture(scope="module")
def edition():
    return load(EDITION).document


@pytest.fixture(scope="module")
def shipped(edition):
    return read_sidecar(SIDECAR, edition)


def test_the_shipped_sidecar_is_whole(shipped, edition):
    lines = [r for _, r in records(SIDECAR)]
    assert len(shipped) == len(lines)
    for asked, line in zip(shipped, lines, strict=True):
        quotes = {edition.text[s.start : s.end] for s in asked.evidence}
        assert quotes == set(line["evidence"]) and asked.unanswerable == line.get("gap")


def test_the_shipped_sidecar_is_large_enough(shipped):
    assert sum(bool(a.evidence) for a in shipped) >= 1200
    assert sum(bool(a.unanswerable) for a in shipped) >= 350


def test_the_shipped_sidecar_asks_nothing_twice(shipped):
    seen, twice = set(), []
    for asked in shipped:
        key = clean_question(asked.question).casefold()
        if key in seen:
            twice.append(key)
        seen.add(key)
    assert not twice


def test_every_kind_of_gap_in_the_shipped_sidecar_is_known(shipped):
    used = {a.unanswerable for a in shipped if a.unanswerable}
    assert used <= set(UNANSWERABLE_KINDS) - NOT_QUESTIONS
    assert {"doses", "laboratory", "imaging", "drugs", "procedures", "outcome", "history"} <= used
    assert {"genetics", "epidemiology", "mechanism", "cost", "other-disease"} <= used


def test_every_sentence_of_the_edition_is_asked_about(shipped, edition):
    passages = chunk(edition, lambda text: len(text.split()), ChunkSettings(max_pieces=10_000))
    spans = {s for a in shipped for s in a.evidence}
    unasked = [
        edition.text[s.start : s.end]
        for p in passages
        for s in p.sentences
        if not any(e.start < s.end and s.start < e.end for e in spans)
    ]
    assert not unasked
