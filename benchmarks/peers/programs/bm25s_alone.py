"""bm25s by itself: pieces of 200 words, its own tokeniser with English stop words, its own BM25 (Lucene's). No vectors.

Does: what its defaults do, saved to disk and loaded again. Does not: stem, which bm25s leaves to another package.
"""

from __future__ import annotations

from pathlib import Path

from common import MOST, Ask, Hit, Text, hit, main, read_lines, whole, write_lines

WORDS = 200


def build(texts: list[Text], folder: Path) -> int:
    """Index the texts in pieces of `WORDS` words."""
    import bm25s

    pieces = []
    for text in texts:
        words = whole(text).split()
        pieces += [{"doc": text["id"], "text": " ".join(words[at : at + WORDS])} for at in range(0, len(words), WORDS)]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize([p["text"] for p in pieces], show_progress=False), show_progress=False)
    retriever.save(str(folder / "bm25"), show_progress=False)
    write_lines(folder / "pieces.jsonl", pieces)
    return len(pieces)


def load(folder: Path) -> Ask:
    """Return what asks the index in `folder`."""
    import bm25s

    retriever, pieces = (
        bm25s.BM25.load(str(folder / "bm25"), show_progress=False),
        list(read_lines(folder / "pieces.jsonl")),
    )

    def ask(question: str) -> list[Hit]:
        tokens = bm25s.tokenize([question], show_progress=False)
        numbers, scores = retriever.retrieve(tokens, k=min(MOST, len(pieces)), show_progress=False)
        pairs = zip(numbers[0].tolist(), scores[0].tolist(), strict=True)
        return [hit(pieces[n]["doc"], pieces[n]["text"], s) for n, s in pairs if s > 0]

    return ask


if __name__ == "__main__":
    main(build, load)
