"""A small invented report with its FAQ, and a fake encoder for logic."""

import hashlib
from datetime import UTC, datetime

import numpy as np

from calcqa.language.tokens import stems

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

SMALL_DOCUMENT = """---
title: Left knee
year: 2011
---

# Left knee

## Presentation

A 52-year-old man came with pain in the left knee. He had fallen on ice two days before (Figure 1).

The examination showed swelling and a loss of extension. His temperature was normal.

## Management

Three measures were tried:

- rest for one week
- a splint, worn at night
- physiotherapy

The pain had gone after six weeks.

## References

1. Doe J, Roe R. Knees in winter. J Falls. 2009;3(1):4–9.
"""

SMALL_SIDECAR = [
    {"question": "Which joint hurt?", "evidence": ["A 52-year-old man came with pain in the left knee."]},
    {"question": "How did it happen?", "evidence": ["He had fallen on ice two days before (Figure 1)."]},
    {
        "question": "What was tried?",
        "evidence": ["physiotherapy", "rest for one week", "a splint, worn at night", "Three measures were tried:"],
    },
    {"question": "How long did recovery take?", "evidence": ["after six weeks"]},
    {"question": "Which dose of ibuprofen was given?", "evidence": [], "gap": "doses"},
]


class FakeEncoder:
    """Bags of stems, each hashed to one of 256 directions: texts that share words are near, on every machine."""

    name = "fake"
    sha256 = hashlib.sha256(b"fake encoder").hexdigest()
    dimension = 256
    window = 256

    def encode(self, texts):
        out = np.zeros((len(texts), 256), dtype=np.float32)
        for row, text in enumerate(texts):
            for stem in stems(text) or ["\0"]:
                digest = hashlib.sha256(stem.encode()).digest()
                out[row, digest[0]] += 1.0
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    def count(self, text):
        return len(text.split()) + 2

    def vocabulary(self):
        return frozenset("knee pain patient report swelling week what which".split())


def quoted(answer):
    """Return the quotes of an answer as one text."""
    return " ".join(c.quote for c in answer.citations)
