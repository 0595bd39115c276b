"""Queries, answers and outcomes to evaluate, small enough to count by hand; no models."""

import json
import re

from calcqa.evaluation import Evaluation, Query, judge, summarise
from calcqa.types import Abstention, Answer, Citation, Document, Reason, text_hash

TEXT = "Cultures of the wound grew Staphylococcus aureus. X-rays showed calcifications. Warfarin was tried [1]."
GREW, SHOWED, TRIED = (m.span() for m in re.finditer(r"[A-Z][^.]*\.", TEXT))
DOCUMENT = Document(text_hash(TEXT)[:16], "report.md", "Report", TEXT)


DOCUMENTS = {DOCUMENT.id: DOCUMENT}


def question(answerable=True, facts=(("staph",),), turns=("What grew?",), topic="culture", id="q", split="", **known):
    groups = tuple(tuple(re.compile(p, re.I) for p in g) for g in facts) if answerable else ()
    return Query(id, tuple(turns), "set, line 1", answerable, facts=groups, topic=topic, split=split, **known)


def judged(query, given, latency=0.0):
    """Return the outcome of a question of a file like questions/report.jsonl."""
    return judge(query, given, DOCUMENTS, latency, facts=True)


def outcome(answered=True, found=True, confidence=0.9, answerable=True, given=None, **asked):
    """Return the outcome of an answer, or of a refusal, to a question whose facts it has, or has not."""
    query = question(answerable, **({"facts": (("staph" if found else "nowhere",),)} | asked))
    made = answer(GREW, confidence=confidence) if answered else refusal(confidence=confidence)
    return judged(query, given or made)


def answer(*spans, text=None, asked="What grew?", confidence=0.9, **changes):
    """An answer that quotes `spans` of TEXT; `changes` are made to its last citation."""
    parts, citations = [], []
    for number, (start, end) in enumerate(spans, start=1):
        at = sum(len(p) + 1 for p in parts)
        quote = TEXT[start:end]
        values = {
            "number": number,
            "document_id": DOCUMENT.id,
            "document_title": "Report",
            "document_sha256": DOCUMENT.sha256,
            "section": "Report",
            "passage_id": "p",
            "quote": quote,
            "start": start,
            "end": end,
            "answer_start": at,
            "answer_end": at + len(quote),
        }
        citations.append(Citation(**(values | (changes if number == len(spans) else {}))))
        parts.append(f"{quote} [{number}]")
    return Answer(asked, asked, text or " ".join(parts), None, tuple(citations), (), confidence, None)


def refusal(asked="Which dose?", confidence=0.1, gap="doses"):
    abstention = Abstention(Reason.UNANSWERABLE, gap, (), 3, ())
    return Answer(asked, asked, "The report does not say: staph.", None, (), (), confidence, abstention)


def write(tmp_path, *records):
    path = tmp_path / "set.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), encoding="utf-8")
    return path


GOOD = {"id": "a", "topic": "t", "turns": ["What grew?"], "answerable": True, "facts": [["staph|strep", "aureus"]]}


XSS = '<script>alert("x")</script> <img src=//evil.example/x.png onerror=alert(1)>'


def evaluation(*pairs):
    """Return the evaluation of pairs of a query and what is answered to it; by default of five, three of which fail."""
    outcomes = tuple(judged(*pair) for pair in pairs or _five())
    settings = {"set": {"name": "set.jsonl", "sha256": "1" * 64}, "program": "calcqa 0", "begun": "2026-01-01"}
    index = {"program": "calcqa 0", "counts": {"documents": 1}, "sources": [{"source": XSS}]}
    return Evaluation(settings, outcomes, summarise(outcomes), index)


def _five():
    grew, dose = answer(GREW), refusal()
    return [
        (question(id="a"), grew),
        (
            question(id="b", turns=("What grew?", "And then?"), facts=(("calcif",), (XSS,))),
            answer(SHOWED, asked="What did X-rays then show?"),
        ),
        (question(id="c", turns=("Which dose?",), answerable=False, topic="near-miss"), dose),
        (
            question(id="d", turns=(XSS,), answerable=False, topic="<b>off</b>[red]"),
            answer(TRIED, asked=XSS, confidence=0.4, text=XSS),
        ),
        (question(id="e", turns=("Which dose?",), facts=(("mg",),)), dose),
    ]
