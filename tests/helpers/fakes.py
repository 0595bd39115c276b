"""Readers that read by words, so that what is found is known beforehand; and a sidecar long enough for a probe."""

from calcqa.models.reader import UNREAD, Marked, Reading
from calcqa.types import Span


class FixedReader:
    """Marks the first occurrence of a word, with a fixed certainty; knows no sentences."""

    threshold = exact_threshold = 0.8

    def __init__(self, word, sure=0.9):
        self.word, self.sure = word, sure

    def read(self, question, passages):
        readings = []
        for p in passages:
            at = p.text.find(self.word)
            span = Span(p.start + at, p.start + at + len(self.word)) if at >= 0 else None
            readings.append(Reading(p.id, span, self.sure))
        return readings


class MarkReader:
    """Marks given words, with a given chance that they answer, and that they do if their sentence does."""

    threshold = exact_threshold = 0.8

    def __init__(self, **marks):
        self.marks = marks

    def read(self, question, passages):
        return [Reading(p.id, None, 0.5, tuple(self._mark(p, s) for s in p.sentences)) for p in passages]

    def _mark(self, passage, sentence):
        text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
        for word, (answerable, exact) in self.marks.items():
            if (at := text.find(word)) >= 0:
                start = sentence.start + at
                return Marked(Span(start, start + len(word)), 0.0, 0.0, 0.0, answerable, exact)
        return UNREAD


class SentenceReader:
    """Finds the sentences that hold a word likely, all others unlikely; counts what it reads."""

    threshold = exact_threshold = 0.8

    def __init__(self, word):
        self.word, self.passages = word, []

    def read(self, question, passages):
        self.passages.append(list(passages))
        found = []
        for p in passages:
            held = [self.word in p.text[s.start - p.start : s.end - p.start] for s in p.sentences]
            logits = [9.0 if h else -9.0 for h in held]
            marks = tuple(Marked(s, x, x, 0.0, 0.5, 0.5) for s, x in zip(p.sentences, logits, strict=True))
            found.append(Reading(p.id, None, 0.5, marks))
        return found


def many_lines(source):
    """Make the invented report's sidecar long enough for a probe, each question in sixty wordings."""
    sidecar = source.with_name("knee.questions.jsonl")
    lines = sidecar.read_text(encoding="utf-8").splitlines()
    sidecar.write_text("\n".join(x.replace("?", f" {n}?") for n in range(60) for x in lines) + "\n", encoding="utf-8")
