"""FAQ entries of a dataset's texts: read from offsets, moved to the documents, asked beside another's questions."""

import json

import pytest

from calcqa.errors import SidecarError
from calcqa.evaluation.collection import collect, gather
from calcqa.evaluation.datasets import Dataset, Query, Text
from calcqa.evaluation.datasets.faq import with_faq
from calcqa.types import text_hash

TEXTS = {
    "a": "Case\r\n\r\nThe  spleen\u00a0weighed 200\u200b g. It was removed.",
    "b": "Case\n\nThe liver weighed 1 kg.",
}


def a_set():
    queries = [Query(f"q-{id}", ("How heavy?",), "set, line 1", asked_of=(id,)) for id in TEXTS]
    texts = tuple(Text(id, "", text) for id, text in TEXTS.items())
    return Dataset("a set", "report", tuple(queries), "0" * 64, texts)


def entry(id="a", quote="It was removed.", **values):
    at = TEXTS[id].index(quote)
    own = {"document": id, "text_sha256": text_hash(TEXTS[id]), "question": "What became of it?"}
    return own | {"evidence": [[at, at + len(quote)]]} | values


def write(folder, *records):
    path = folder / "a.faq.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_entries_stand_in_the_documents_and_only_questions_about_these_are_asked(tmp_path, fake_encoder):
    gap = entry(question="Who removed it?", evidence=[], gap="procedures")
    dataset = with_faq(a_set(), write(tmp_path, entry(), gap))
    assert [q.id for q in dataset.queries] == ["q-a"] and [t.id for t in dataset.texts] == ["a"]
    assert dataset.sha256 != a_set().sha256
    found = collect(dataset, gather(dataset), fake_encoder, None, tmp_path / "cache")
    index = found.assistant.index
    asked = [e for e in index.faq if e.document_id]
    document = index.documents[found.documents["a"]]
    assert [e.question for e in asked] == ["What became of it?", "Who removed it?"]
    (span,) = asked[0].evidence
    assert document.text[span.start : span.end] == "It was removed" and asked[1].unanswerable == "procedures"
    (sentence,) = index.covering(document.id, (span,))
    assert index.sentence_text(sentence) == "It was removed."
    assert index.with_sidecar == {document.id}
    assert found.sha256 != gather(a_set()).sha256


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"text_sha256": "0"}, "is not the one it was written for"),
        ({"document": "c"}, "is not the one it was written for"),
        ({"question": ""}, "asks nothing"),
        ({"evidence": [[5, 2]]}, "outside the text"),
        ({"evidence": [[5, 2_000]]}, "outside the text"),
        ({"evidence": [5]}, "pairs of offsets"),
        ({"evidence": []}, "either evidence or a gap"),
        ({"gap": "doses"}, "either evidence or a gap"),
        ({"evidence": [], "gap": "shoes"}, "either evidence or a gap"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused(tmp_path, values, says):
    with pytest.raises(SidecarError, match=says):
        with_faq(a_set(), write(tmp_path, entry(**values)))
