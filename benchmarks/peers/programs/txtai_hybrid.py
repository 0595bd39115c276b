"""txtai, hybrid: its Segmentation pipeline by paragraphs, then `Embeddings(hybrid=True, content=True)`, saved to disk.

txtai indexes whatever it is handed, whole; paragraphs are what its own pipeline cuts without a further package
(sentences and chunkers need one). BM25 and vectors weigh the same, as by default.
"""

from __future__ import annotations

from pathlib import Path

from common import MOST, Ask, Hit, Text, encoder, hit, main, whole


def build(texts: list[Text], folder: Path) -> int:
    """Cut the texts into paragraphs, and index those."""
    from txtai import Embeddings
    from txtai.pipeline import Segmentation

    cut = Segmentation(paragraphs=True)
    pieces = [(f"{t['id']}#{n}", piece) for t in texts for n, piece in enumerate(cut(whole(t)))]
    embeddings = Embeddings(path=encoder(), hybrid=True, content=True, gpu=False)
    embeddings.index(pieces)
    embeddings.save(str(folder))
    return len(pieces)


def load(folder: Path) -> Ask:
    """Return what asks the index in `folder`."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(folder))

    def ask(question: str) -> list[Hit]:
        found = embeddings.search(question, MOST)
        return [hit(f["id"].rpartition("#")[0], f["text"], f["score"]) for f in found]

    return ask


if __name__ == "__main__":
    main(build, load)
