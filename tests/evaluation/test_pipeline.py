"""Whole runs over small invented sets, with a fake encoder: asked, taken up again, written, compared, shown."""

import json

import pytest

from calcqa.errors import InputError
from calcqa.evaluation import pipeline
from calcqa.evaluation.asking import Asker
from calcqa.evaluation.compare import compare
from calcqa.evaluation.datasets import load_dataset
from calcqa.evaluation.datasets.sampling import some
from calcqa.evaluation.datasets.trec import read_run as read_ranking
from calcqa.evaluation.outcomes import Outcome
from calcqa.evaluation.pipeline import Options, evaluate, score_run
from calcqa.evaluation.runs import INDEX, read_run
from calcqa.index.open import open_index
from helpers.fakes import SentenceReader
from helpers.judged import GREW, answer, judged, question

TEXTS = {
    "d1": ("Spleen", "The spleen weighed 200 grams. It was removed in June."),
    "d2": ("Knee", "The left knee was swollen. Rest for one week was advised."),
    "d3": ("Elbow", "The elbow fracture was set in plaster. A nurse called twice."),
}
ASKED = [
    ("q1", "How much did the spleen weigh?", "200 grams", "d1"),
    ("q2", "How long was rest advised?", "one week", "d2"),
    ("q3", "What was the elbow fracture set in?", "plaster", "d3"),
    ("q4", "Who invented the bicycle pump?", None, "d3"),
]


@pytest.fixture
def spleens(tmp_path):
    """A folder of our form: three texts, three questions they answer, one they do not."""
    folder = tmp_path / "spleens"
    folder.mkdir()
    texts = [{"_id": id, "title": title, "text": text} for id, (title, text) in TEXTS.items()]
    questions = []
    for id, asked, gold, source in ASKED:
        answers = [{"text": gold, "doc_id": source, "start": TEXTS[source][1].index(gold)}] if gold else []
        own = {"_id": id, "question": asked, "answers": answers, "answerable": bool(gold), "source_doc": source}
        questions.append(own | {"topic": "organs" if id == "q1" else "limbs"})
    for name, records in (("corpus", texts), ("questions", questions)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return folder


@pytest.fixture
def ask(fake_encoder, tmp_path):
    """Evaluate with the fake encoder and a reader that finds sentences with "weighed" in them."""

    def evaluated(path, out, corpus=None, reader="weighed", **options):
        reads = SentenceReader(reader) if reader else None
        progress = options.pop("progress", None)
        chosen = Options(**({"cache": tmp_path / "cache"} | options))
        done = evaluate(
            load_dataset(path, corpus), tmp_path / out, chosen, encoder=fake_encoder, reader=reads, progress=progress
        )
        return done.outcomes, done.summary, done.lost

    return evaluated


def test_a_run_is_whole(spleens, ask, tmp_path):
    scored, summary, lost = ask(spleens, "run")
    assert lost == 0 and [s.id for s in scored] == ["q1", "q2", "q3", "q4"]
    first = scored[0]
    assert (
        first.answered and first.right and first.scores["citation_recall"] == (1, 1) and first.scores["P@1"] == (1, 1)
    )
    assert first.prediction == "The spleen weighed 200 grams." and first.ranking[0] == "d1"
    assert summary.estimates["P@1"].value == 1 and summary.estimates["P@1"].n == 3  # q4 has no relevant text
    assert scored[3].answerable is False and "P@1" not in scored[3].scores and scored[3].would is False
    settings, records = read_run(tmp_path / "run")
    assert tuple(Outcome.from_dict(r) for r in records) == scored
    assert settings["set"]["name"] == "spleens" and settings["encoder"]["name"] == "fake"
    assert settings["reader"] == "SentenceReader"
    measures = json.loads((tmp_path / "run" / "measures.json").read_text(encoding="utf-8"))
    assert measures["estimates"]["right"]["n"] == 4 and measures["lost_evidence"] == 0
    assert read_ranking(tmp_path / "run" / "ranking.run")["q2"][0] == "d2"
    assert len((tmp_path / "run" / "report.html").read_text(encoding="utf-8")) > 5_000


def test_the_same_program_without_its_caution_always_answers(spleens, ask):
    scored, summary, _ = ask(spleens, "run", reader="nothing in these texts")
    refused = [s for s in scored if not s.answered]
    assert refused and all(s.would is not None and s.prediction for s in refused)
    assert summary.curve[-1].coverage == 1  # the curve goes on where the program stops
    assert summary.best_f1 and summary.estimates["answered"].value == 1 - len(refused) / 4


def test_a_run_that_was_interrupted_asks_only_what_is_left(spleens, ask, tmp_path, monkeypatch):
    whole, _, _ = ask(spleens, "whole")
    asked = []
    original = Asker.ask
    monkeypatch.setattr(Asker, "ask", lambda self, query: asked.append(query.id) or original(self, query))

    def stop(stage, done, total):
        if (stage, done, total) == ("asking", 2, 4):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(spleens, "broken", progress=stop)
    scored, _, _ = ask(spleens, "broken")
    assert asked == ["q1", "q2", "q3", "q4"]
    for mine, other in zip(scored, whole, strict=True):
        assert mine.to_dict() | {"latency": 0} == other.to_dict() | {"latency": 0}
    assert ask(spleens, "broken")[0] == scored and len(asked) == 4  # whole: read, not asked


@pytest.mark.parametrize("changed", [{"limit": 2}, {"texts": 3}, {"alone": True}, {"search_only": True}, {"split": ""}])
def test_other_options_are_another_run(spleens, ask, changed):
    ask(spleens, "run")
    with pytest.raises(InputError, match="differs in options"):
        ask(spleens, "run", **changed)
    ask(spleens, "run", again=True, **changed)


def test_other_questions_or_texts_are_another_run(spleens, ask):
    ask(spleens, "run")
    path = spleens / "questions.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("How long", "For how long"), encoding="utf-8")
    with pytest.raises(InputError, match="differs in set"):
        ask(spleens, "run")
    with pytest.raises(InputError, match="differs in reader"):
        ask(spleens, "other") and ask(spleens, "other", reader=None)


def test_asked_alone_each_text_answers_for_itself(spleens, ask):
    path = spleens / "questions.jsonl"  # q4 was written for the elbow, which does not say
    text = path.read_text(encoding="utf-8").replace("Who invented the bicycle pump?", "How much did a spleen weigh?")
    path.write_text(text, encoding="utf-8")
    together, _, _ = ask(spleens, "together")
    alone, summary, _ = ask(spleens, "alone", alone=True)
    spleen = {c[0] for c in together[0].citations}
    assert {c[0] for c in together[3].citations} == spleen == {c[0] for c in alone[0].citations}
    assert not {c[0] for c in alone[3].citations} & spleen
    assert not any("P@1" in s.scores for s in alone) and "P@1" not in summary.estimates


def test_searching_only_ranks_and_answers_nothing(spleens, ask):
    scored, summary, _ = ask(spleens, "run", search_only=True)
    assert all(s.answered is None and s.right is None for s in scored)
    ranked, passages = {"nDCG@10", "R@10", "R@100", "RR", "P@1"}, {"passage_nDCG@10"}
    assert set(summary.estimates) == ranked | passages | {"within_100", "within_250", "within_1000"}
    assert summary.estimates["within_1000"].value == 1 and summary.estimates["passage_nDCG@10"].n == 3


def test_a_limit_takes_the_same_questions_every_time(spleens, ask):
    first, _, _ = ask(spleens, "a", limit=2)
    again, _, _ = ask(spleens, "b", limit=2)
    assert [s.id for s in first] == [s.id for s in again] and len(first) == 2
    assert len(ask(spleens, "c", limit=9)[0]) == 4
    for wrong in ({"limit": 0}, {"split": "dev"}):
        with pytest.raises(InputError, match="at least 1|no questions of the split"):
            ask(spleens, "d", **wrong)


def test_some_texts_are_those_needed_and_others_the_same_every_time():
    texts = [str(n) for n in range(20)]
    kept = some(texts, {"3", "7"}, 5)
    assert len(kept) == 5 and {"3", "7"} < kept <= set(texts) and kept == some(texts, {"7", "3"}, 5)
    assert some(texts, {"3", "7"}, 1) == {"3", "7"} and some(texts, {"3"}, 99) == set(texts)


def test_some_of_the_texts_are_those_the_questions_asked_name(spleens, ask):
    both, _, _ = ask(spleens, "both", limit=1, texts=2)
    assert [s.id for s in both] == [s.id for s in ask(spleens, "all", limit=1)[0]] and len(both) == 1
    sizes = {}
    for out, texts in (("one", 1), ("two", 2), ("nine", 9)):
        cache = spleens.with_name(f"cache-{out}")
        ask(spleens, out, limit=1, texts=texts, cache=cache)
        sizes[texts] = len(open_index(next(cache.glob("[!.]*"))).documents)
    assert sizes == {1: 1, 2: 2, 9: 3}
    with pytest.raises(InputError, match="at least 1"):
        ask(spleens, "none", texts=0)
    bare = spleens.with_name("bare.csv")
    bare.write_text("question,answer\nHow much?,200\n", encoding="utf-8")
    with pytest.raises(InputError, match="no texts of its own"):
        ask(bare, "bare", [spleens.with_name("corpus")], texts=1)


def test_without_a_cache_the_index_stays_until_the_run_is_whole(spleens, ask, tmp_path):
    def stop(stage, done, total):
        if (stage, done) == ("asking", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(spleens, "run", cache=None, progress=stop)
    assert list((tmp_path / "run" / INDEX).glob("*/manifest.json"))
    ask(spleens, "run", cache=None)
    assert not (tmp_path / "run" / INDEX).exists()


def test_a_csv_over_ones_own_documents(tmp_path, small_source, ask):
    path = tmp_path / "my.csv"
    path.write_text(
        "question;answer;document;answerable\n"
        "How long did recovery take?;six weeks|42 days;knee.md;\n"
        "Which dose of ibuprofen was given?;;;no\n"
        "Anything else?;;;\n",
        encoding="utf-8",
    )
    scored, summary, _ = ask(path, "run", [small_source.parent], reader=None)
    assert [s.right for s in scored][2] is None and scored[2].answered is not None
    assert scored[0].scores["found"][1] == 1 and scored[0].scores["P@1"] == (1, 1)
    assert summary.estimates["right"].n == 2 and summary.estimates["answered"].n == 3
    alone, _, _ = ask(path, "one", [small_source.parent], reader=None, alone=True)
    assert [s.id for s in alone] == ["1"]  # of no text, refusing is no feat
    assert json.loads((tmp_path / "one" / "measures.json").read_text(encoding="utf-8"))["left_out"] == 2
    with pytest.raises(InputError, match="--alone needs"):
        path.write_text("question\nWhat was it?\n", encoding="utf-8")
        ask(path, "alone", [small_source.parent], alone=True)


def test_a_csv_over_an_index(tmp_path, small_index, fake_encoder, monkeypatch):
    from calcqa.assistant import Assistant
    from calcqa.index.open import open_index

    monkeypatch.setattr(pipeline, "open_assistant", lambda index, reader: Assistant(open_index(index), fake_encoder))
    path = tmp_path / "my.csv"
    path.write_text("question,document\nWhich joint hurt?,knee.md\n", encoding="utf-8")
    done = evaluate(load_dataset(path), tmp_path / "run", Options(index=small_index), reader=None)
    assert done.outcomes[0].ranking == ("knee.md",)
    path.write_text("question,document\nWhich joint hurt?,hip.md\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"my\.csv, line 2: there is no text 'hip\.md'"):
        evaluate(load_dataset(path), tmp_path / "other", Options(index=small_index), reader=None)


def test_questions_with_facts_are_a_run_that_goes_on_and_is_asked_anew(tmp_path, small_source, ask):
    path = tmp_path / "set.jsonl"
    turns = (["Which joint hurt?"], ["How long did recovery take?"], ["What hurt?", "And what was tried?"])
    records = [
        {"id": str(n), "topic": "t", "turns": t, "answerable": True, "facts": [["knee|weeks"]]}
        for n, t in enumerate(turns)
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    told = []
    whole, summary, _ = ask(path, "whole", [small_source.parent], reader=None, progress=lambda *at: told.append(at))
    assert [at for at in told if at[0] == "asking"] == [("asking", done, 3) for done in range(4)]
    assert all(o.latency > 0 and not o.ranking for o in whole) and summary.estimates["facts"].n == 3

    def stop(stage, done, total):
        if (stage, done) == ("asking", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(path, "run", [small_source.parent], reader=None, progress=stop)
    lines = (tmp_path / "run" / "outcomes.jsonl").read_text(encoding="utf-8")
    outcomes, again, _ = ask(path, "run", [small_source.parent], reader=None)
    assert (tmp_path / "run" / "outcomes.jsonl").read_text(encoding="utf-8").startswith(lines)
    assert [o.text for o in outcomes] == [o.text for o in whole]
    assert again.estimates["facts"] == summary.estimates["facts"]
    data = json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8"))
    assert data["outcomes"][0]["question"] == {"split": "", **records[0]}
    assert data["overall"]["facts"]["n"] == 3 and data["topics"]["t"]["facts"]["n"] == 3
    assert data["index"]["encoder"]["name"] == "fake" and data["question_set"]["splits"] == [""]
    # A run that is whole, or of other questions, is asked anew.
    records[0]["facts"] = [["hip"]]
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    _, other, _ = ask(path, "run", [small_source.parent], reader=None)
    compared = compare(read_run(tmp_path / "whole")[1], read_run(tmp_path / "run")[1])
    facts = next(d for d in compared.differences if d.name == "facts")
    assert facts.b == other.estimates["facts"].value <= facts.a == summary.estimates["facts"].value
    assert [o.id for o in ask(path, "one", [small_source.parent], reader=None, limit=1)[0]] == ["1"]


def test_a_run_of_an_earlier_version_is_compared(tmp_path):
    scores = {"right": [1.0, 1.0], "facts": [1.0, 1.0], "covered": [1.0, 1.0]}
    record = {"id": "a", "turns": ["What grew?"], "answerable": True, "answered": True, "confidence": 0.9}
    record |= {"text": "It grew.", "scores": scores, "outcome": {"question": {"id": "a"}, "groups_found": [True]}}
    old = tmp_path / "old"
    old.mkdir()
    for name, held in (("run.json", {}), ("measures.json", {"facts": {"value": 1.0}}), ("outcomes.jsonl", record)):
        (old / name).write_text(json.dumps(held) + "\n", encoding="utf-8")
    new = judged(question(id="a"), answer(GREW)).to_dict()
    found = compare(read_run(old)[1], [new])
    assert {d.name for d in found.differences} == set(scores) and not found.won + found.lost


def test_a_ranking_by_another_program_is_a_run_too(tmp_path, spleens, ask):
    (tmp_path / "x.qrels").write_text("q1 0 d1 1\nq2 0 d2 1\nq3 0 d3 1\nq4 0 d3 0\n", encoding="utf-8")
    (tmp_path / "x.run").write_text("q1 Q0 d1 1 9 x\nq2 Q0 d1 1 9 x\nq2 Q0 d2 2 8 x\n", encoding="utf-8")
    done = score_run(tmp_path / "x.run", tmp_path / "x.qrels", tmp_path / "theirs")
    assert [o.scores["RR"][0] for o in done.outcomes] == [1, 0.5, 0]  # what it does not rank scores 0
    assert done.summary.estimates["RR"].value == 0.5
    ask(spleens, "ours", search_only=True)
    found = compare(read_run(tmp_path / "theirs")[1], read_run(tmp_path / "ours")[1])
    assert found.leading == "nDCG@10" and {c.id for c in found.won} == {"q2", "q3"} and not found.lost
    (tmp_path / "x.qrels").write_text("q1 0 d1 0\n", encoding="utf-8")
    with pytest.raises(InputError, match="no text as relevant"):
        score_run(tmp_path / "x.run", tmp_path / "x.qrels", tmp_path / "none")
