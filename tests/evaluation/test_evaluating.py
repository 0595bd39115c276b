"""Whole runs over small invented sets, with a fake encoder: asked, taken up again, written, compared, shown."""

import io
import json
import re

import pytest
from rich.console import Console

from calcqa.errors import InputError
from calcqa.evaluation import evaluating
from calcqa.evaluation.comparing import compare
from calcqa.evaluation.datasets import load_set
from calcqa.evaluation.datasets.trec import read_run as read_ranking
from calcqa.evaluation.evaluating import Options, evaluate_judged, evaluate_set, score_run
from calcqa.evaluation.examining import Examiner, bold
from calcqa.evaluation.run_report import print_comparison, print_run, render_run
from calcqa.evaluation.runs import INDEX, begin, read_run
from calcqa.evaluation.sampling import some
from calcqa.evaluation.scoring import Scored
from calcqa.evaluation.summary import summarise
from calcqa.index.open import open_index
from helpers.fakes import SentenceReader
from helpers.judged import XSS

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
    for id, question, gold, source in ASKED:
        answers = [{"text": gold, "doc_id": source, "start": TEXTS[source][1].index(gold)}] if gold else []
        own = {"_id": id, "question": question, "answers": answers, "answerable": bool(gold), "source_doc": source}
        questions.append(own | {"topic": "organs" if id == "q1" else "limbs"})
    for name, records in (("corpus", texts), ("questions", questions)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return folder


@pytest.fixture
def ask(fake_encoder, tmp_path):
    """Evaluate with the fake encoder and a reader that finds sentences with "weighed" in them."""

    def evaluate(path, out, corpus=None, reader="weighed", **options):
        reads = SentenceReader(reader) if reader else None
        progress = options.pop("progress", None)
        chosen = Options(**({"cache": tmp_path / "cache"} | options))
        return evaluate_set(
            load_set(path, corpus), tmp_path / out, chosen, encoder=fake_encoder, reader=reads, progress=progress
        )

    return evaluate


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
    assert [Scored.from_dict(r) for r in records] == scored
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


def test_bold_changes_nothing_but_the_caution(small_index, fake_encoder):
    from calcqa.assistant import Assistant
    from calcqa.index.open import open_index

    assistant = Assistant(open_index(small_index), fake_encoder, SentenceReader("swelling"))
    question = "Which volcano erupted?"
    assert assistant.ask(question).abstention and bold(assistant).ask(question).citations
    assert bold(assistant).reader.threshold == 0 and assistant.reader.threshold == 0.8
    assert bold(assistant).search(question) == assistant.search(question)


def test_a_run_that_was_interrupted_asks_only_what_is_left(spleens, ask, tmp_path, monkeypatch):
    whole, _, _ = ask(spleens, "whole")
    asked = []
    original = Examiner.ask
    monkeypatch.setattr(Examiner, "ask", lambda self, query: asked.append(query.id) or original(self, query))

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

    monkeypatch.setattr(evaluating, "open_assistant", lambda index, reader: Assistant(open_index(index), fake_encoder))
    path = tmp_path / "my.csv"
    path.write_text("question,document\nWhich joint hurt?,knee.md\n", encoding="utf-8")
    scored, _, _ = evaluate_set(load_set(path), tmp_path / "run", Options(index=small_index), reader=None)
    assert scored[0].ranking == ("knee.md",)
    path.write_text("question,document\nWhich joint hurt?,hip.md\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"my\.csv, line 2: there is no text 'hip\.md'"):
        evaluate_set(load_set(path), tmp_path / "other", Options(index=small_index), reader=None)


def test_judged_questions_are_kept_as_a_run_and_taken_up_again(tmp_path, small_source, monkeypatch, fake_encoder):
    monkeypatch.setattr(evaluating, "load_encoder", lambda settings: fake_encoder)
    monkeypatch.setattr(evaluating, "find_reader", lambda: None)
    path = tmp_path / "set.jsonl"
    records = [
        {"id": str(n), "topic": "t", "turns": [q], "answerable": True, "facts": [["knee|weeks"]]}
        for n, q in enumerate(("Which joint hurt?", "How long did recovery take?", "What was tried?"))
    ]
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    found = load_set(path, [small_source.parent])
    whole = evaluate_judged(found, path, tmp_path / "whole")

    def stop(stage, done, total):
        if (stage, done) == ("asking", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate_judged(found, path, tmp_path / "run", progress=stop)
    lines = (tmp_path / "run" / "outcomes.jsonl").read_text(encoding="utf-8")
    result = evaluate_judged(found, path, tmp_path / "run")
    assert (tmp_path / "run" / "outcomes.jsonl").read_text(encoding="utf-8").startswith(lines)
    assert [o.text for o in result.outcomes] == [o.text for o in whole.outcomes]
    assert result.overall.facts == whole.overall.facts and result.overall.facts.n == 3
    # A run that is whole is asked anew, as it always was.
    records[0]["facts"] = [["hip"]]
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    other = evaluate_judged(found, path, tmp_path / "run")
    compared = compare(read_run(tmp_path / "whole")[1], read_run(tmp_path / "run")[1])
    facts = next(d for d in compared.differences if d.name == "facts")
    assert facts.b == other.overall.facts.value <= facts.a == whole.overall.facts.value


def test_somebodys_ranking_is_a_run_too(tmp_path, spleens, ask):
    (tmp_path / "x.qrels").write_text("q1 0 d1 1\nq2 0 d2 1\nq3 0 d3 1\nq4 0 d3 0\n", encoding="utf-8")
    (tmp_path / "x.run").write_text("q1 Q0 d1 1 9 x\nq2 Q0 d1 1 9 x\nq2 Q0 d2 2 8 x\n", encoding="utf-8")
    scored, summary = score_run(tmp_path / "x.run", tmp_path / "x.qrels", tmp_path / "theirs")
    assert [s.scores["RR"][0] for s in scored] == [1, 0.5, 0]  # what it does not rank scores 0
    assert summary.estimates["RR"].value == 0.5
    ask(spleens, "ours", search_only=True)
    found = compare(read_run(tmp_path / "theirs")[1], read_run(tmp_path / "ours")[1])
    assert found.leading == "nDCG@10" and {c.id for c in found.won} == {"q2", "q3"} and not found.lost
    (tmp_path / "x.qrels").write_text("q1 0 d1 0\n", encoding="utf-8")
    with pytest.raises(InputError, match="no text as relevant"):
        score_run(tmp_path / "x.run", tmp_path / "x.qrels", tmp_path / "none")


def hostile(**more):
    values = {"answered": True, "text": XSS, "understood": XSS, "reason": XSS, "ranking": (XSS,), "would": False}
    values |= {"turns": (XSS, XSS), "topic": XSS, "answerable": True, "expected": (XSS,), "confidence": 0.5}
    return Scored(**({"id": XSS, "scores": {"right": (0.0, 1.0), "answered": (1.0, 1.0)}} | values | more))


def test_the_page_escapes_and_fetches_nothing(tmp_path):
    scored = [hostile(), hostile(id="b", topic="y", answerable=False)]
    run = begin(tmp_path, {"set": {"name": XSS, "sha256": "1"}, "options": {"split": XSS}})
    page = render_run(run.settings, scored, summarise(scored))
    assert "<script" not in page and "<img" not in page and page.count("&lt;script&gt;") >= 10
    assert not re.search(r"https?://", page) and "default-src" in page
    assert all(link.startswith("#") for link in re.findall(r'(?:href|src)\s*=\s*"([^"]*)"', page))
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids)) and page.count("<svg") == 3


def test_the_page_shows_the_first_failures_and_says_how_many(tmp_path):
    scored = [hostile(id=str(i), topic="") for i in range(250)]
    page = render_run({"set": {"name": "x"}}, scored, summarise(scored))
    assert page.count("<article>") == 200 and "250 of 250 questions; the first 200 below" in page


def test_tables_show_no_control_characters():
    bad = hostile(id="z\x1b[31m", turns=("Bell\x07 \x1b]0;title\x07?",), topic="x\x1b[2J", text="\x1b[2Jsaid")
    other = hostile(id="b", topic="y")
    out = io.StringIO()
    print_run([bad, other], summarise([bad, other]), Console(file=out, width=120))
    right = {"right": (1.0, 1.0), "answered": (1.0, 1.0)}
    better = [{**bad.to_dict(), "scores": right}, other.to_dict()]
    print_comparison(compare([bad.to_dict(), other.to_dict()], better), Console(file=out, width=120))
    shown = out.getvalue()
    assert "\x1b" not in shown and "\x07" not in shown
    for said in ("Won by B (1, by right)", "2 questions in both", "+50.0", "Bell"):
        assert said in shown
