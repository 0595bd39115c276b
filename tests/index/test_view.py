"""Views: several indexes as one give what building their documents together gives."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcqa.assistant import Assistant, find_reader
from calcqa.config import ChunkSettings
from calcqa.errors import IndexFormatError, InputError
from calcqa.faq.entries import not_questions
from calcqa.index.build import build_index
from calcqa.index.index import counts, field_ids
from calcqa.index.open import open_index
from calcqa.index.view import view
from calcqa.parameters import Weights, shipped_weights
from helpers.fakes import SentenceReader, many_lines
from helpers.paths import EDITION, REPO
from helpers.small import FakeEncoder

BITE = """# Dog bite

## Course

A farmer was bitten by a dog in the right hand. Pasteurella multocida grew from the wound.

He was given amoxicillin for ten days, and the swelling had gone after two weeks.
"""

BITE_SIDECAR = [
    {"question": "Which hand was bitten?", "evidence": ["A farmer was bitten by a dog in the right hand."]},
    {"question": "What grew from the wound?", "evidence": ["Pasteurella multocida grew from the wound."]},
    {"question": "What did the dog weigh?", "evidence": [], "gap": "report"},
]

QUESTIONS = [
    "Which joint hurt?",
    "What was tried against the pain in the knee?",
    "Pasteurella grew from what?",
    "Who was given amoxicillin?",
    "How long did the swelling last?",
    "Which dose of ibuprofen was given?",
    "What is the time?",
]


def write(path, text, sidecar=()):
    path.write_text(text, encoding="utf-8")
    if sidecar:
        lines = "".join(json.dumps(record) + "\n" for record in sidecar)
        path.with_name(f"{path.stem}.questions.jsonl").write_text(lines, encoding="utf-8")
    return path


@pytest.fixture
def bite(small_source):
    """The path of a second report, beside the first."""
    return write(small_source.with_name("bite.md"), BITE)


@pytest.fixture
def made(tmp_path, build_small):
    """Build and open in one step: `made(*paths, **options)`."""
    folders = iter(range(99))

    def make(*paths, **options):
        return open_index(build_small(list(paths), tmp_path / f"index-{next(folders)}", **options).path)

    return make


ROUNDED = {"atol": 4e-3, "scores": 0.03}
"""What differs where questions are encoded anew: a build keeps their vectors as bytes; five times that in a score."""


def same(found, expected, encoder, questions=QUESTIONS, reader=None, atol=1e-5, scores=None):
    """Hold an index against the one it should be, in what it holds and in what it answers.

    `atol` is what the vectors of questions may differ by, and `scores` what scores and confidences may.
    """
    assert (found.documents, found.passages, found.faq) == (expected.documents, expected.passages, expected.faq)
    assert list(found.documents) == list(expected.documents)
    assert counts(found) == found.manifest["counts"] == expected.manifest["counts"]
    assert found.manifest["sources"] == expected.manifest["sources"]
    assert (found.classes, found.question_model.fits) == (expected.classes, expected.question_model.fits)
    for one, other in ((found.sentences, expected.sentences), (found.entries, expected.entries)):
        assert list(one.items()) == list(other.items()) and len(one) == len(other)
    assert [found.targets(q) for q in found.entries] == [expected.targets(q) for q in expected.entries]
    assert set(found.document_terms) == set(expected.document_terms)
    assert set(found.question_stems) == set(expected.question_stems)
    ids = field_ids(expected.passages, expected.faq)
    for field, own in ids.items():
        near = {"questions": atol}.get(field, 1e-6)
        np.testing.assert_allclose(found.store.vectors(field, own), expected.store.vectors(field, own), atol=near)
        assert found.store.count(field) == expected.store.count(field) == len(own)
    for question in questions:
        for field, own in {**ids, "phrases": ids["passages"]}.items():
            shares = (index.lexical.score(field, question, own) for index in (found, expected))
            np.testing.assert_allclose(*shares, atol=1e-6)
        one, other = (Assistant(index, encoder, reader) for index in (found, expected))
        hits, others = one.search(question, k=50), other.search(question, k=50)
        expected_hits = {h.passage.id: h.score for h in others}
        assert {h.passage.id: h.score for h in hits} == pytest.approx(expected_hits, abs=scores or atol)
        answer, same_answer = one.ask(question), other.ask(question)
        assert answer.text == same_answer.text and answer.citations == same_answer.citations
        assert answer.confidence == pytest.approx(same_answer.confidence, abs=scores or 2e-4)


def test_a_view_takes_other_weights_as_an_index_does(made, small_source, bite, fake_encoder):
    both = view([made(small_source), made(bite)], fake_encoder)
    weights = dataclasses.replace(both.weights, k1=3.0, b=0.9, spelling_letters=9)
    assert both.speller is not None
    changed = both.weighed(weights)
    same(changed, made(small_source, bite).weighed(weights), fake_encoder)
    assert changed.weights == Weights.from_dict(changed.manifest["weights"]) == weights and both.weights != weights
    ids = list(both.sentences)
    shares = [x.lexical.score("sentences", "What was tried against the pain?", ids) for x in (both, changed)]
    assert not np.allclose(*shares) and changed.speller is not both.speller


# What comes out


@pytest.mark.parametrize("sidecars", [False, True])
@pytest.mark.parametrize("reader", [None, SentenceReader("Pasteurella")])
def test_two_indexes_joined_are_the_index_of_both(small_source, bite, made, fake_encoder, sidecars, reader):
    write(bite, BITE, BITE_SIDECAR)
    apart = [made(path, sidecars=sidecars) for path in (small_source, bite)]
    same(view(apart, fake_encoder), made(small_source, bite, sidecars=sidecars), fake_encoder, reader=reader)


def test_what_answers_is_found_in_either(small_source, bite, made, fake_encoder):
    index = view([made(small_source), made(bite)], fake_encoder)
    assistant = Assistant(index, fake_encoder, SentenceReader("Pasteurella"))
    assert "Pasteurella" in assistant.ask("What grew from the wound of the farmer?").text
    assert assistant.ask("Which joint hurt?").citations[0].document_title == "Left knee"


WORDS = "knee pain swelling wound dog bite antibiotic ten days gone winter ice splint night week".split()
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=8).map(" ".join), min_size=1, max_size=4)


@settings(max_examples=12)
@given(st.lists(TEXTS, min_size=2, max_size=4, unique_by=tuple), st.lists(st.sampled_from(WORDS), min_size=1))
def test_any_documents_joined_are_the_index_of_all(tmp_path_factory, texts, question):
    folder = tmp_path_factory.mktemp("documents")
    encoder = FakeEncoder()

    def make(paths, name):
        out = folder / name
        return open_index(build_index(paths, out, encoder, ChunkSettings(), Weights()).path)

    paths = [
        write(folder / f"{n}.md", f"# Title {n}\n\n" + "\n\n".join(f"The {t}." for t in paragraphs))
        for n, paragraphs in enumerate(texts)
    ]
    apart = [make([path], f"index-{path.stem}") for path in paths]
    same(view(apart, encoder), make(paths, "index"), encoder, [" ".join(question)])


def test_one_index_joined_is_itself(small_index, fake_encoder):
    index = open_index(small_index)
    same(view([index], fake_encoder), index, fake_encoder)


def test_a_document_in_several_counts_once_as_the_first_has_it(tmp_path, small_source, bite, made, fake_encoder):
    copy = write(tmp_path / "copy.md", small_source.read_text(encoding="utf-8"))
    index = view([made(small_source), made(copy, bite)], fake_encoder)
    assert [d.source for d in index.documents.values()] == ["knee.md", "bite.md"]
    same(index, made(small_source, bite), fake_encoder)
    assert not view([made(copy, bite), made(small_source)], fake_encoder).with_sidecar  # and none of its questions


def test_questions_of_no_document_are_there_once(small_source, bite, made, fake_encoder):
    index = view([made(bite), made(small_source), made(bite)], fake_encoder)
    assert [a for a in index.faq if not a.document_id] == not_questions()
    assert len(index.faq) == len(not_questions()) + 5


def test_the_first_index_leads(small_source, bite, made, tmp_path, fake_encoder):
    base = made(small_source)
    weights = Weights(lexical=0.9)
    out = build_index([bite], tmp_path / "other", fake_encoder, ChunkSettings(), weights).path
    index = view([base, open_index(out)], fake_encoder)
    assert index.weights == base.weights != weights
    assert index.encoder_settings == base.encoder_settings
    assert view([open_index(out), base], fake_encoder).weights == weights
    assert index.manifest["files"] == {} and base.manifest["files"]  # it is on no disk, and the base as it was


def test_words_are_those_that_were_encoded_however_passages_were_cut(small_source, tmp_path, made, fake_encoder):
    title = "An unusually long title about ornithology that leaves a passage hardly any room"
    path = write(tmp_path / "long.md", f"# {title}\n\nBirds sing in the morning.\n")
    cut = made(path, chunking=ChunkSettings(max_pieces=12))  # too short for the title to lead the passage
    assert not cut.lexical.search("passages", "ornithology", 1)
    index = view([made(small_source), cut], fake_encoder)
    assert not index.lexical.search("passages", "ornithology", 1)
    assert view([made(small_source), made(path)], fake_encoder).lexical.search("passages", "ornithology", 1)


# Only some


@pytest.mark.parametrize("wanted", ["knee.md", "bite.md"])
def test_only_some_documents_are_their_own_index(small_source, bite, made, fake_encoder, wanted):
    write(bite, BITE, BITE_SIDECAR)
    both = made(small_source, bite)
    (only,) = (d for d, document in both.documents.items() if document.source == wanted)
    expected = made(small_source.with_name(wanted))
    same(view([both], fake_encoder, {only}), expected, fake_encoder)
    same(view([made(small_source), made(bite)], fake_encoder, [only]), expected, fake_encoder)


# What was learned


def test_a_base_that_learned_keeps_what_it_learned_beside_a_document_that_teaches_nothing(
    small_source, bite, made, fake_encoder
):
    many_lines(small_source)
    base = made(small_source)
    index = view([base, made(bite)], fake_encoder)
    assert base.question_model.probe.size
    np.testing.assert_array_equal(index.question_model.metric, base.question_model.metric)
    np.testing.assert_array_equal(index.question_model.probe, base.question_model.probe)
    same(index, made(small_source, bite), fake_encoder)


def test_new_questions_are_learned_from_as_a_build_would(small_source, bite, made, fake_encoder):
    many_lines(small_source)
    write(bite, BITE, BITE_SIDECAR)
    for order in ((small_source, bite), (bite, small_source)):  # either may be the base, and the one that learned
        expected = made(*order)
        index = view([made(path) for path in order], fake_encoder)
        same(index, expected, fake_encoder, **ROUNDED)
        np.testing.assert_allclose(index.question_model.metric, expected.question_model.metric, atol=1e-5)
        np.testing.assert_allclose(index.question_model.probe, expected.question_model.probe, atol=1e-3)


def test_a_document_left_alone_with_few_questions_has_nothing_learned(small_source, bite, made, fake_encoder):
    many_lines(small_source)
    write(bite, BITE, BITE_SIDECAR)
    both = made(small_source, bite)
    (only,) = (d for d, document in both.documents.items() if document.source == "bite.md")
    index = view([both], fake_encoder, {only})
    assert both.question_model.fits[1] and index.question_model.fits == (0, 0)
    distinct = ["Which hand was bitten?", "Pasteurella grew from what?", "What is the time?"]  # no ties at cosine 0
    same(index, made(bite), fake_encoder, distinct, **ROUNDED)  # questions stand as they were encoded


def test_a_probe_loses_the_classes_of_what_is_left_out(small_source, bite, made, fake_encoder):
    many_lines(small_source)
    write(bite, BITE, BITE_SIDECAR)
    both = made(bite, small_source)  # the classes left out come first
    knee, hand = (next(d for d, x in both.documents.items() if x.source == s) for s in ("knee.md", "bite.md"))
    index = view([both], fake_encoder, {knee})
    assert len(index.faq) >= index.weights.learned_from
    assert index.question_model.fits == (both.store.dimension, len(index.classes))
    assert len(index.classes) == len(both.classes) - len(BITE_SIDECAR)
    moved = both.question_model.move(fake_encoder.encode(["Which joint hurt?"]))
    before, after = both.question_model.log_shares(moved), index.question_model.log_shares(moved)
    left = {c: before[i] for c, i in both.classes.items() if c[0] != hand}
    total = np.log(sum(np.exp(x) for x in left.values()))
    assert {c: float(after[i]) for c, i in index.classes.items()} == pytest.approx(
        {c: float(x - total) for c, x in left.items()}, abs=1e-5
    )
    assert Assistant(index, fake_encoder).ask("Which joint hurt?").citations[0].document_id == knee


# What is refused


class OtherEncoder(FakeEncoder):
    sha256 = "f" * 64


class WideEncoder(FakeEncoder):
    dimension = 300

    def encode(self, texts):
        return np.pad(super().encode(texts), ((0, 0), (0, 44)))


@pytest.mark.parametrize("other", [OtherEncoder(), WideEncoder()])
def test_indexes_of_different_encoders_are_refused(small_source, bite, made, fake_encoder, other):
    base, extra = made(small_source), made(bite, encoder=other)
    for indexes, encoder in (([base, extra], fake_encoder), ([extra, base], fake_encoder), ([base], other)):
        with pytest.raises(IndexFormatError, match=r"was built with the encoder .* build it again with that one"):
            view(indexes, encoder)


def test_documents_that_are_not_there_and_none_at_all_are_refused(small_index, fake_encoder):
    index = open_index(small_index)
    with pytest.raises(InputError, match="no document 'nowhere' in these indexes"):
        view([index], fake_encoder, {*index.documents, "nowhere"})
    with pytest.raises(InputError, match="no document to ask"):
        view([index], fake_encoder, ())
    with pytest.raises(InputError, match="no document to ask"):
        view([], fake_encoder)


# The real thing

CULTURE = "What did the wound culture grow?"


@pytest.mark.models
def test_the_report_and_a_small_document_are_the_index_of_both(tmp_path, real_encoder):
    report = write(tmp_path / EDITION.name, EDITION.read_text(encoding="utf-8"))
    sidecar = EDITION.with_name(f"{EDITION.stem}.questions.jsonl").read_text(encoding="utf-8").splitlines()
    report.with_name(f"{report.stem}.questions.jsonl").write_text("\n".join(sidecar[:40]), encoding="utf-8")
    bite = write(tmp_path / "bite.md", BITE)

    def make(*paths):
        fixed = real_encoder, ChunkSettings(), shipped_weights()
        return open_index(build_index(paths, tmp_path / "-".join(p.stem for p in paths), *fixed).path)

    index, reader = view([make(report), make(bite)], real_encoder), find_reader()
    questions = [CULTURE, "How old was the patient?", "What grew from the dog bite?", "Which dose was given?"]
    same(index, make(report, bite), real_encoder, questions, reader, atol=2e-5, scores=1e-3)


@pytest.mark.models
def test_beside_the_shipped_report_a_small_document_is_found_and_the_report_answers_as_before(tmp_path, real_encoder):
    encoder, reader, shipped = real_encoder, find_reader(), open_index(REPO / "index")
    path = write(tmp_path / "bite.md", BITE)
    fixed = encoder, ChunkSettings(), shipped.weights
    extra = open_index(build_index([path], tmp_path / "bite", *fixed).path)
    before = Assistant(shipped, encoder, reader)
    both = Assistant(view([shipped, extra], encoder), encoder, reader)
    for question in (CULTURE, "How old was the patient when the nodules were removed?"):
        assert [c.quote for c in both.ask(question).citations] == [c.quote for c in before.ask(question).citations]
    assert "Staphylococcus aureus" in both.ask(CULTURE).text
    answer = both.ask("How long was the farmer given amoxicillin?")
    assert "amoxicillin" in answer.text and {c.document_id for c in answer.citations} == set(extra.documents)
    assert before.ask("How long was the farmer given amoxicillin?").abstention
