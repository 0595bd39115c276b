"""calcqa itself: `Assistant.search` over an index built from the texts as files, with its own defaults.

Does: what any user gets who has written no questions ahead (no sidecar) and wants passages (no reader, no refusal).
Texts that are the same once cleaned are one document to calcqa; a hit in it is given for each of their ids.
"""

from __future__ import annotations

import json
from pathlib import Path

from common import MOST, Ask, Hit, Text, encoder, hit, main, whole


def build(texts: list[Text], folder: Path) -> int:
    """Write the texts as files, and build an index of them."""
    import calcqa
    from calcqa.documents.load import load as load_file

    (folder / "texts").mkdir(exist_ok=True)
    ids: dict[str, list[str]] = {}
    paths = []
    for number, text in enumerate(texts):
        path = folder / "texts" / f"{number:06}.txt"
        path.write_text(whole(text), encoding="utf-8")
        document = load_file(path).document.id
        if document not in ids:
            paths.append(path)
        ids.setdefault(document, []).append(text["id"])
    settings = calcqa.EncoderSettings(model=encoder())
    report = calcqa.build(paths, folder / "index", encoder=settings, sidecars=False)
    (folder / "ids.json").write_text(json.dumps(ids), encoding="utf-8")
    return report.counts["passages"]


def load(folder: Path) -> Ask:
    """Return what asks the index in `folder`."""
    import calcqa

    assistant = calcqa.open(folder / "index", encoder=encoder(), reader=None)
    ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))

    def ask(question: str) -> list[Hit]:
        found = assistant.search(question, MOST)
        return [hit(d, h.passage.text, h.score) for h in found for d in ids[h.passage.document_id]]

    return ask


if __name__ == "__main__":
    main(build, load)
