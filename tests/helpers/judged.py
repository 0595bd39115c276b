"""Outcomes, answers and a run to evaluate, small enough to count by hand; no models."""

import json
import re
from types import SimpleNamespace

from calcqa.errors import InputError
from calcqa.evaluation import (
    JudgedQuestion,
    Outcome,
    evaluate,
)
from calcqa.types import Abstention, Answer, Citation, Document, Reason, text_hash

TEXT = "Cultures of the wound grew Staphylococcus aureus. X-rays showed calcifications. Warfarin was tried [1]."
GREW, SHOWED, TRIED = (m.span() for m in re.finditer(r"[A-Z][^.]*\.", TEXT))
DOCUMENT = Document(text_hash(TEXT)[:16], "report.md", "Report", TEXT)


def question(answerable=True, facts=(("staph",),), turns=("What grew?",), topic="culture", id="q", split=""):
    groups = tuple(tuple(re.compile(p, re.I) for p in g) for g in facts) if answerable else ()
    return JudgedQuestion(id, split, topic, tuple(turns), answerable, groups)


def outcome(answered=True, found=True, confidence=0.9, answerable=True, **changes):
    asked = {k: changes.pop(k) for k in ("facts", "turns", "topic", "id") if k in changes}
    judged = question(answerable, **asked)
    values = {
        "question": judged,
        "understood": judged.turns[-1],
        "text": "Cultures grew it. [1]" if answered else "The report does not say.",
        "answered": answered,
        "confidence": confidence,
        "groups_found": tuple(found for _ in judged.facts),
        "words": 3,
        "quotes": int(answered),
        "quotes_verified": int(answered),
        "covered": True,
        "latency": 0.01,
        "reason": None if answered else "no_evidence",
    }
    return Outcome(**(values | changes))


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


def find(id):
    if id != DOCUMENT.id:
        raise InputError(f"There is no document {id!r} in this index.")
    return DOCUMENT


def write(tmp_path, *records):
    path = tmp_path / "set.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), encoding="utf-8")
    return path


GOOD = {"id": "a", "topic": "t", "turns": ["What grew?"], "answerable": True, "facts": [["staph|strep", "aureus"]]}


class FakeAssistant:
    """Answers by a table; remembers what was asked, conversation by conversation."""

    def __init__(self, answers):
        self.answers, self.chats = answers, []
        self.index = SimpleNamespace(
            manifest={
                "format_version": 1,
                "program": "calcqa 0.0",
                "encoder": {"name": "fake", "sha256": "ab" * 32},
                "counts": {"documents": 1, "sentences": 3},
                "sources": [{"source": "report.md"}],
                "weights": {"left": "out"},
            }
        )

    def chat(self):
        asked = []
        self.chats.append(asked)
        return SimpleNamespace(ask=lambda q: asked.append(q) or self.answers[q])

    def document(self, id):
        return find(id)


XSS = '<script>alert("x")</script> <img src=//evil.example/x.png onerror=alert(1)>'


def evaluation(path=None, progress=None):
    answers = {
        "What grew?": answer(GREW),
        "And then?": answer(SHOWED, asked="What did X-rays then show?"),
        "Which dose?": refusal(),
        XSS: answer(TRIED, asked=XSS, confidence=0.4, text=XSS),
    }
    questions = [
        question(id="a"),
        question(id="b", turns=("What grew?", "And then?"), facts=(("calcif",), (XSS,))),
        question(id="c", turns=("Which dose?",), answerable=False, topic="near-miss"),
        question(id="d", turns=(XSS,), answerable=False, topic="<b>off</b>[red]"),
        question(id="e", turns=("Which dose?",), facts=(("mg",),)),
    ]
    assistant = FakeAssistant(answers)
    return evaluate(assistant, questions, progress, source=path), assistant
