"""Haystack's extractive reader over its hybrid retrieval: documents in the order of the best answer it marks in each.

`PEER_READER` names the folder of the reader's weights, in the form transformers loads for question answering. Documents
in which no answer is marked follow in the order they were retrieved in. Does not: judge the marked words themselves.
"""

from __future__ import annotations

import os
from pathlib import Path

from common import Ask, Hit, hit, main
from haystack_hybrid import build, pipeline, retrieve


def load(folder: Path) -> Ask:
    """Return what asks the store in `folder`, and reads what it finds."""
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

    reader = TransformersExtractiveReader(os.environ.get("PEER_READER", ""), device=ComponentDevice.from_str("cpu"))
    reader.warm_up()
    made = pipeline(folder)

    def ask(question: str) -> list[Hit]:
        found = {d.id: d for d in retrieve(made, question)}
        answers = reader.run(query=question, documents=list(found.values()), no_answer=False)["answers"]
        best: dict[str, float] = {}
        for answer in answers:
            if answer.document is not None:
                best[answer.document.id] = max(best.get(answer.document.id, 0.0), float(answer.score))
        order = sorted(found, key=lambda i: -best.get(i, 0.0))  # stable: the rest stay as retrieved
        return [hit(found[i].meta["doc"], found[i].content, best.get(i, 0.0)) for i in order]

    return ask


if __name__ == "__main__":
    main(build, load)
