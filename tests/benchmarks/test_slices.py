"""Slices against bars: an invented set in every form, by the real encoder and reader; and the slices of the big sets.

The bars of the invented set lie about a question below what was measured: they show a break, not how good answers are.
"""

import dataclasses

import numpy as np
import pytest

from benchmarks.quality import slices
from benchmarks.quality.slices import SLICES, Slice, bar_below, cut
from calcqa.assistant import find_reader
from calcqa.errors import InputError
from calcqa.evaluation import collection, missed_bars, pipeline
from calcqa.evaluation.asking import without_caution
from calcqa.evaluation.caching import CachingEncoder, CachingReader
from calcqa.evaluation.datasets import Dataset, Query, Text, load_dataset
from calcqa.evaluation.measures import MEASURES
from calcqa.evaluation.measures.estimates import Estimate
from calcqa.evaluation.pipeline import Options, evaluate
from calcqa.evaluation.runs import read_run
from helpers import forms

ANSWERS = {"right": 0.66, "found": 0.55, "refused": 0.66}
RANKS = {"nDCG@10": 0.89, "RR": 0.85}
FORMS = {
    forms.folder: (Options(), ANSWERS | RANKS),
    forms.squad: (Options(alone=True), ANSWERS | {"f1": 0.63}),
    forms.table: (Options(), ANSWERS | RANKS),
    forms.beir: (Options(search_only=True), RANKS),
    forms.trec: (Options(search_only=True), RANKS),
}


@pytest.fixture(scope="session")
def shipped(real_encoder):
    """The encoder and the reader that ship; all forms have the same texts, so each is encoded and read once."""
    return CachingEncoder(real_encoder), CachingReader(find_reader())


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """Where the indexes are kept: three of the forms have the same."""
    return tmp_path_factory.mktemp("slices")


@pytest.fixture
def no_page(monkeypatch):
    """Draw no page for a run: it is not looked at here, and takes longer than to ask."""
    monkeypatch.setattr(pipeline, "render_page", lambda _: "")


@pytest.fixture
def measure(tmp_path, kept, shipped, no_page):
    """Evaluate the invented set in a form, and return its estimates."""

    def measured(form, options, broken=lambda encoder: encoder):
        path, corpus = form(tmp_path / "set")
        encoder, reader = broken(shipped[0]), shipped[1]
        options = dataclasses.replace(options, cache=kept)
        done = evaluate(load_dataset(path, corpus), tmp_path / "run", options, encoder=encoder, reader=reader)
        assert done.lost == 0
        return done.summary.estimates

    return measured


@pytest.mark.models
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_the_invented_set_reaches_its_bars_in_every_form(form, measure):
    options, bars = FORMS[form]
    estimates = measure(form, options)
    assert not missed_bars(estimates, bars), {name: estimates.get(name) for name in bars}


class Shuffled:
    """An encoder that gives each text the vector of another."""

    sha256 = "0" * 64

    def __init__(self, encoder):
        self._encoder = encoder

    def __getattr__(self, name):
        return getattr(self._encoder, name)

    def encode(self, texts):
        return self._encoder.encode(texts)[np.random.default_rng(0).permutation(len(texts))]


@pytest.mark.models
def test_the_bars_show_a_search_that_is_broken(measure):
    estimates = measure(forms.beir, Options(search_only=True), Shuffled)
    assert set(missed_bars(estimates, RANKS)) == set(RANKS)


@pytest.mark.models
def test_the_bars_show_that_nothing_is_refused(measure, monkeypatch):
    cautious = collection.assistant_for
    monkeypatch.setattr(collection, "assistant_for", lambda *parts: without_caution(cautious(*parts)))
    estimates = measure(forms.folder, Options())
    assert "refused" in missed_bars(estimates, ANSWERS)


# --- the slices of the sets that are not in the repository ------------------------------------------------------------


def a_set(texts=40, length=2_000):
    """A set in which every text has two questions."""
    ids = [f"t{n}" for n in range(texts)]
    queries = [Query(f"{id}-{n}", ("Why?",), "", True, relevant={id: 1}, asked_of=(id,)) for id in ids for n in (1, 2)]
    return Dataset("a", "folder", tuple(queries), "0", tuple(Text(id, "", "x" * length) for id in ids))


def test_a_slice_is_always_the_same_and_has_the_texts_of_its_questions():
    found = a_set()
    small = cut(found, SLICES["covidqa"])
    assert small == cut(found, SLICES["covidqa"])
    named = {t for q in small.queries for t in q.asked_of}
    assert len(small.queries) == slices.QUESTIONS and named < {t.id for t in small.texts}
    assert 43_000 < sum(len(t.text) for t in small.texts) <= 45_000
    alone = cut(found, Slice((), alone=True))
    assert {t.id for t in alone.texts} == {t for q in alone.queries for t in q.asked_of} == named
    assert small.sha256 != found.sha256 != cut(found, Slice((), room=9_000)).sha256


def test_a_slice_of_long_texts_has_fewer_of_them():
    small = cut(a_set(length=12_000), SLICES["covidqa"])
    assert len(small.texts) == 3 and len(small.queries) == 6
    with pytest.raises(InputError, match="no question about texts short enough"):
        cut(a_set(length=slices.LONGEST + 1), SLICES["covidqa"])


def test_bars_are_two_questions_below_what_was_measured():
    assert bar_below(Estimate(0.75, None, None, 20)) == 0.65
    assert bar_below(Estimate(0.957, None, None, 17)) == 0.83
    assert bar_below(Estimate(0.1, None, None, 8)) == 0.0


def test_every_slice_has_a_bar_for_each_of_its_measures():
    bars = slices.read_bars()
    assert {name: set(known) for name, known in bars.items()} == {n: set(s.measures) for n, s in SLICES.items()}
    assert all(measure in MEASURES and 0 < bar < 1 for known in bars.values() for measure, bar in known.items())
    assert "wrongly_refused" not in {m for s in SLICES.values() for m in s.measures}  # the rule is for lower bounds


@pytest.fixture
def invented(tmp_path, monkeypatch):
    """The command, with the invented set as the only one known beside one that is absent, and what it measures."""
    monkeypatch.setattr(slices, "SLICES", {"slices": Slice(("right", "RR")), "absent": Slice(("RR",))})
    monkeypatch.setattr(slices, "BARS", tmp_path / "slices.toml")
    values = {"right": Estimate(0.9, None, None, 10), "RR": Estimate(1.0, None, None, 7)}
    monkeypatch.setattr(slices, "measured", lambda path, size, run: {n: values[n] for n in size.measures})

    def command(*options, data=forms.INVENTED.parent):
        with pytest.raises(SystemExit) as ended:
            slices.main([str(data), *options])
        return ended.value.code

    return command, values


def test_bars_are_written_held_and_missed(invented, capsys):
    command, values = invented
    assert command() == 1 and "none yet" in capsys.readouterr().out
    assert command("--write-bars") == 0
    assert slices.read_bars() == {"slices": {"right": 0.7, "RR": 0.71}}
    assert command() == 0 and "absent" in capsys.readouterr().out
    values["right"] = Estimate(0.69, None, None, 10)
    assert command() == 1 and "missed" in capsys.readouterr().out


def test_without_any_set_or_with_a_broken_one_the_command_fails(invented, tmp_path, monkeypatch, capsys):
    command, _ = invented
    assert command(data=tmp_path) == 2 and "none of the sets" in capsys.readouterr().err
    monkeypatch.setattr(slices, "measured", lambda *_: (_ for _ in ()).throw(InputError("It is broken.")))
    assert command() == 2 and "It is broken." in capsys.readouterr().err


def test_a_slice_is_measured_into_a_run_of_its_own(tmp_path, monkeypatch, fake_encoder, no_page):
    monkeypatch.setattr(pipeline, "load_encoder", lambda settings: fake_encoder)
    monkeypatch.setattr(pipeline, "find_reader", lambda: None)
    found = slices.measured(forms.INVENTED, Slice(("right", "RR")), tmp_path / "run")
    assert {name: e.n for name, e in found.items()} == {"right": 12, "RR": 9}
    assert len(read_run(tmp_path / "run")[1]) == 12
    with pytest.raises(InputError, match="nothing to measure followups over"):
        slices.measured(forms.INVENTED, Slice(("followups",), search_only=True), tmp_path / "run")
