"""Collections: texts become documents, ids lead both ways, evidence is found again, and nothing is encoded twice."""

import shutil

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calcqa.documents.plain import load_plain
from calcqa.errors import DocumentError, InputError
from calcqa.evaluation.collection import collect, gather, locate, over
from calcqa.evaluation.datasets import Dataset, Evidence, Query, Text
from calcqa.language.characters import clean_characters
from calcqa.types import Span

SPLEEN = "The  spleen\u00a0weighed 200\u200b g.\r\nIt was removed.\n\n * at once\n * without harm"


def query(id="q", **values):
    return Query(id, ("How heavy?",), "set, line 1", **values)


def a_set(*texts, queries=(), **values):
    return Dataset("a set", "folder", tuple(queries) or (query(),), "0" * 64, texts, **values)


class Counting:
    """An encoder that counts what it encodes, and can be told to stop after so much."""

    def __init__(self, encoder, most=10**9):
        self._encoder, self.most, self.encoded = encoder, most, 0
        self.name, self.sha256, self.dimension, self.window = "c", encoder.sha256, encoder.dimension, encoder.window
        self.count, self.vocabulary = encoder.count, encoder.vocabulary

    def encode(self, texts):
        if self.encoded >= self.most:
            raise KeyboardInterrupt
        self.encoded += len(texts)
        return self._encoder.encode(texts)


def make(found, encoder, folder):
    return collect(found, gather(found), encoder, None, folder)


def test_ids_lead_both_ways_and_texts_that_read_the_same_are_one_document(tmp_path, fake_encoder):
    texts = (Text("a", "Spleen", "It was heavy."), Text("b", "", "Another one."), Text("c", "Spleen", "It was  heavy."))
    found = make(a_set(*texts), fake_encoder, tmp_path)
    assert found.documents["a"] == found.documents["c"] != found.documents["b"]
    assert found.texts[found.documents["a"]] == ("a", "c") and found.texts[found.documents["b"]] == ("b",)
    assert [d.source for d in found.assistant.documents()] == ["a", "b"]


def test_a_title_stands_once_and_an_id_is_no_title(fake_encoder):
    gathered = gather(a_set(Text("x-1", "Spleen", "Spleen\n\nHeavy."), Text("x-2", "", "Heavy."), Text("x-3", "T", "")))
    first, second, third = (s.document for s in gathered.sources)
    assert (first.text, second.title) == ("Spleen\n\nHeavy.", "Text")
    assert "x-2" not in second.text and third.text == "T\n\nT"


def test_evidence_is_found_where_cleaning_has_moved_it():
    document = load_plain(SPLEEN, "d1", "On the spleen").document
    for words, stands in (("200\u200b g", "200 g"), ("spleen\u00a0weighed", "spleen weighed"), ("harm", "harm")):
        start = SPLEEN.index(words)
        span = locate(Evidence("d1", start, start + len(words)), SPLEEN, document)
        assert document.text[span.start : span.end] == stands


def test_evidence_that_stands_twice_is_found_in_its_own_place():
    text = "It weighed 5 g. Then it weighed 5 g. Later it weighed 5 g."
    document = load_plain(text, "d1", "Five 5 g").document
    for start in (text.index("5 g"), text.index("5 g", 20), text.rindex("5 g")):
        span = locate(Evidence("d1", start, start + 3), text, document)
        assert span.start == start + len("Five 5 g\n\n")


def test_evidence_of_signs_alone_or_of_other_words_is_lost():
    document = load_plain("It weighed 5 g.", "d1", "T").document
    assert locate(Evidence("d1", 0, 3), "… ∞ …", document) is None
    assert locate(Evidence("d1", 0, 5), "other words", document) is None
    # Elsewhere than expected, the nearest place counts.
    assert locate(Evidence("d1", 40, 43), "x" * 40 + "5 g", document) == Span(14, 17)


@given(st.text(st.sampled_from("ab1 \n-*•.\u00a0\u200béı)"), min_size=1, max_size=60), st.data())
def test_what_is_found_again_has_the_same_letters(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    def letters(part):
        return "".join(c for c in clean_characters(part) if c.isalnum())

    assume(letters(text))
    document = load_plain(text, "d", "A title").document
    span = locate(Evidence("d", start, end), text, document)
    if letters(text[start:end]):
        assert span and letters(document.text[span.start : span.end]) == letters(text[start:end])
        assert len(letters(document.text[: span.start])) == len("Atitle") + len(letters(text[:start]))
    else:
        assert span is None


def test_gold_that_overlaps_is_one_and_what_is_lost_is_counted(tmp_path, fake_encoder):
    words = "It weighed 200 g. It was removed … at once."
    gold = [Evidence("a", words.index(w), words.index(w) + len(w)) for w in ("200", "200 g", "removed", "…")]
    queries = [query(evidence=tuple(gold), answerable=True), query("other")]
    found = make(a_set(Text("a", "T", words), queries=queries), fake_encoder, tmp_path)
    (document,) = found.assistant.documents()
    assert [document.text[g.span.start : g.span.end] for g in found.gold["q"]] == ["200 g", "removed"]
    assert found.lost == 1 and "other" not in found.gold


def test_a_second_run_encodes_nothing(tmp_path, fake_encoder):
    texts = [Text(str(i), f"Title {i}", f"Sentence {i}. And another.") for i in range(3)]
    first, second = Counting(fake_encoder), Counting(fake_encoder)
    one = make(a_set(*texts), first, tmp_path)
    two = make(a_set(*texts), second, tmp_path)
    assert first.encoded > 0 and second.encoded == 0 and one.sha256 == two.sha256
    make(a_set(*texts[:2]), second, tmp_path)
    assert second.encoded > 0  # other texts are another index


def test_an_index_of_other_documents_under_the_same_name_is_not_asked(tmp_path, fake_encoder):
    ours, theirs = (a_set(Text("a", "", text)) for text in ("It weighed 5 g.", "It weighed 6 g."))
    for name, one in (("ours", ours), ("theirs", theirs)):
        make(one, fake_encoder, tmp_path / name)
    (folder,), (other,) = ((p for p in (tmp_path / n).iterdir() if p.is_dir()) for n in ("ours", "theirs"))
    shutil.rmtree(folder)
    shutil.copytree(other, folder)
    (document,) = make(ours, fake_encoder, tmp_path / "ours").assistant.documents()
    assert document.text.endswith("It weighed 5 g.")


def test_encoding_that_was_interrupted_goes_on(tmp_path, fake_encoder):
    texts = [Text(str(i), "", f"Sentence {i}. And another {i}.") for i in range(100)]
    whole = Counting(fake_encoder)
    make(a_set(*texts), whole, tmp_path / "whole")
    broken = Counting(fake_encoder, most=100)
    with pytest.raises(KeyboardInterrupt):
        make(a_set(*texts), broken, tmp_path / "broken")
    rest = Counting(fake_encoder)
    found = make(a_set(*texts), rest, tmp_path / "broken")
    assert 0 < rest.encoded == whole.encoded - broken.encoded
    assert len(found.assistant.documents()) == 100
    assert not list((tmp_path / "broken").glob(".*vectors"))  # nothing is left lying


def test_an_index_has_the_weights_that_ship_now(tmp_path, fake_encoder, monkeypatch):
    import dataclasses

    from calcqa.evaluation import collection
    from calcqa.parameters import Weights

    make(a_set(Text("a", "", "A text.")), fake_encoder, tmp_path)
    monkeypatch.setattr(collection, "shipped_weights", lambda: dataclasses.replace(Weights(), plain_threshold=0.125))
    encoder = Counting(fake_encoder)
    assert make(a_set(Text("a", "", "A text.")), encoder, tmp_path).assistant.index.weights.plain_threshold == 0.125
    assert encoder.encoded == 0


def test_files_are_called_by_their_names(tmp_path, small_source, fake_encoder):
    asked = query(relevant={"knee.md": 1}, asked_of=("knee.md",))
    found = make(a_set(queries=[asked], files=(small_source.parent,)), fake_encoder, tmp_path / "cache")
    assert list(found.documents) == ["knee.md"] and found.assistant.index.with_sidecar
    with pytest.raises(InputError, match=r"set, line 1: there is no text 'hip\.md' .*: 'knee\.md'\."):
        gather(a_set(queries=[query(asked_of=("hip.md",))], files=(small_source,)))
    other = tmp_path / "other" / "knee.md"
    other.parent.mkdir()
    other.write_text("# Other\n\nA text.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no text 'knee\.md' .*: 'other/knee\.md', 'source/knee\.md'"):
        gather(a_set(queries=[asked], files=(small_source.parent, other)))
    assert len(gather(a_set(queries=[query()], files=(small_source.parent, other))).sources) == 2


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(DocumentError, match="a set: the text 'x'"):
        gather(a_set(Text("x", "", "***")))
    with pytest.raises(InputError, match="--corpus"):
        gather(a_set())


def test_an_assistants_documents_are_called_by_their_sources(small_index, fake_encoder):
    from calcqa.assistant import Assistant
    from calcqa.index.open import open_index

    assistant = Assistant(open_index(small_index), fake_encoder)
    assert list(over(assistant, a_set(queries=[query(asked_of=("knee.md",))])).documents) == ["knee.md"]
    with pytest.raises(InputError, match=r"no text 'hip\.md'"):
        over(assistant, a_set(queries=[query(asked_of=("hip.md",))]))
