"""Hard negatives: for a question, the passages that look most like its own and lack the answer.

Does: ranks the other contexts of the same set by BM25 (Robertson and Zaragoza 2009) against question and title words,
drops those that hold an accepted answer's words, and keeps the ranking in a cache. Does not: know whether a passage
answers in other words; a few do, so sets whose questions are templates are better left out (mixture.py).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from training.data import Example

_VERSION = 1
_LOOKED_AT = 12
_KEPT = 4


def nearest(examples: Sequence[Example], cache: Path) -> dict[str, list[str]]:
    """Return, by the id of each answerable example, up to four contexts that are near it and lack its answers."""
    contexts = list(dict.fromkeys(e.context for e in examples))
    asked = [e for e in examples if e.answers]
    if len(contexts) < 2 or not asked:
        return {}
    digest = hashlib.sha256(f"{_VERSION} {_LOOKED_AT} {_KEPT}".encode())
    for e in examples:
        digest.update(f"{e.id}\0{e.question}\0{e.context}\0{e.answers}\0".encode())
    file = cache / f"nearest-{digest.hexdigest()[:16]}.json"
    if file.is_file():
        found = json.loads(file.read_text(encoding="utf-8"))
    else:
        found = _rank(asked, contexts)
        cache.mkdir(parents=True, exist_ok=True)
        work = file.with_suffix(".tmp")
        work.write_text(json.dumps(found), encoding="utf-8")
        work.replace(file)
    return {id_: [contexts[i] for i in indices] for id_, indices in found.items()}


def _rank(asked: Sequence[Example], contexts: Sequence[str]) -> dict[str, list[int]]:
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(contexts), stopwords="en", show_progress=False), show_progress=False)
    unique = list(dict.fromkeys(e.question for e in asked))
    looked_at = min(_LOOKED_AT, len(contexts))
    queries = bm25s.tokenize(unique, stopwords="en", show_progress=False)
    rows, _ = index.retrieve(queries, k=looked_at, show_progress=False)
    ranked = dict(zip(unique, rows, strict=True))
    accepted: dict[str, set[str]] = defaultdict(set)  # by question: it may be asked of several contexts
    own: dict[str, set[str]] = defaultdict(set)
    for e in asked:
        accepted[e.question] |= {e.context[start:end].lower() for start, end in e.answers}
        own[e.question].add(e.context)
    lowered = [context.lower() for context in contexts]
    found: dict[str, list[int]] = {}
    for e in asked:
        lacking = [
            int(i)
            for i in ranked[e.question]
            if contexts[i] not in own[e.question] and not any(text in lowered[i] for text in accepted[e.question])
        ]
        if lacking:
            found[e.id] = lacking[:_KEPT]
    return found
