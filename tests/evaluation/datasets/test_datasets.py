"""Question sets of every form: what loads, as which values, and what is wrong with what does not."""

import gzip
import json

import pytest

from calcqa.errors import InputError, SidecarError
from calcqa.evaluation.datasets import Evidence, load_dataset, recognise
from calcqa.evaluation.datasets.trec import read_qrels, read_run, run_lines
from helpers.judged import GOOD, write

SPLEEN = "The spleen weighed 200 g. It was removed."
TEXTS = [{"_id": "d1", "title": "Spleen", "text": SPLEEN}, {"_id": "d2", "title": "", "text": "Another text."}]


def jsonl(path, *records):
    text = "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def beir(folder, qrels="query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", texts=TEXTS, suffix=""):
    jsonl(folder / f"corpus.jsonl{suffix}", *texts)
    queries = [{"_id": "q1", "text": "How heavy was the spleen?"}, {"_id": 2, "text": "Who else?", "metadata": {}}]
    jsonl(folder / f"queries.jsonl{suffix}", *queries)
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_beir(tmp_path, suffix):
    found = load_dataset(beir(tmp_path / "spleens", suffix=suffix))
    assert (found.name, found.form, [t.id for t in found.texts]) == ("spleens", "beir", ["d1", "d2"])
    first, second = found.queries
    assert (first.id, first.turns, first.split) == ("q1", ("How heavy was the spleen?",), "test")
    assert dict(first.relevant) == {"d1": 2, "d2": 0} and first.answerable is True and first.ranks
    assert (second.id, second.answerable, second.split, second.ranks) == ("2", None, "", False)
    assert "line 2" in second.place


def test_beir_without_a_heading_and_of_several_splits(tmp_path):
    folder = beir(tmp_path / "x", "q1\td1\t1\n")
    (folder / "qrels" / "dev.tsv").write_text("2\td2\t1\n", encoding="utf-8")
    assert [q.split for q in load_dataset(folder).queries] == ["test", "dev"]


@pytest.mark.parametrize(
    ("qrels", "says"),
    [
        ("q1\td1\n", "test.tsv, line 1"),
        ("q1\td1\tgood\n", "whole number"),
        ("query-id\tcorpus-id\tscore\nq1\td9\t1\n", "test.tsv, line 2: there is no text 'd9'"),
        ("q1\td1\t1\nq1\td1\t1\n", "line 2: 'd1' is judged twice"),
        ("q9\td1\t1\n", "no query 'q9'"),
    ],
)
def test_beir_judgements_that_cannot_be_used(tmp_path, qrels, says):
    with pytest.raises(InputError, match=says):
        load_dataset(beir(tmp_path / "x", qrels))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([{"_id": "d1", "title": "", "text": " "}], 'corpus.jsonl, line 1: needs "text"'),
        ([{"_id": "d1", "text": "a"}, {"_id": "d1", "text": "b"}], "line 2: the id 'd1' is that of line 1"),
        ([{"text": "a"}], '"_id"'),
        (['{"_id": "d1", "text": "\\ud800"}'], "Unicode"),
        (['{"_id"'], "line 1: not valid JSON"),
        (["[1]"], "not a JSON object"),
        ([], "holds no texts"),
    ],
)
def test_texts_that_cannot_be_used(tmp_path, texts, says):
    with pytest.raises(InputError, match=says):
        load_dataset(beir(tmp_path / "x", texts=texts))


def test_a_text_may_be_a_title_alone(tmp_path):
    folder = beir(tmp_path / "x", texts=[*TEXTS, {"_id": "d3", "title": "Nothing but this", "text": ""}])
    assert load_dataset(folder).texts[2].title == "Nothing but this"


def squad(path, **change):
    qas = [
        {"id": "a", "question": "How heavy was it?", "is_impossible": False, "plausible_answers": []}
        | {"answers": [{"text": "200 g", "answer_start": 19}] * 2 + [{"text": "200", "answer_start": 19}]},
        {"id": "b", "question": "Who removed it?", "is_impossible": True, "answers": []},
    ]
    qas[0] |= change
    article = {"title": "The_Spleen", "paragraphs": [{"context": SPLEEN, "qas": qas}]}
    path.write_text(json.dumps({"version": "v2.0", "data": [article, article | {"paragraphs": []}]}), encoding="utf-8")
    return path


def test_squad(tmp_path):
    found = load_dataset(squad(tmp_path / "dev.json"))
    assert (found.form, found.texts[0].id, found.texts[0].title) == ("squad", "The_Spleen#0", "The Spleen")
    first, second = found.queries
    assert first.answers == ("200 g", "200")  # three annotators, two answers
    assert first.evidence == (Evidence("The_Spleen#0", 19, 24), Evidence("The_Spleen#0", 19, 22))
    assert first.answerable and dict(first.relevant) == {"The_Spleen#0": 1}
    assert second.answerable is False and not second.ranks and second.asked_of == ("The_Spleen#0",)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"answers": [{"text": "200 g", "answer_start": 18}]}, "question a: '200 g' does not stand at 18"),
        ({"answers": []}, "question a: is_impossible is False, with 0 answers"),
        ({"question": "?"}, 'question a: needs "question"'),
        ({"id": "b"}, "'b' is there twice"),
        ({"id": 3}, "'id'"),
    ],
)
def test_squad_that_cannot_be_used(tmp_path, change, says):
    with pytest.raises(InputError, match=says):
        load_dataset(squad(tmp_path / "dev.json", **change))


@pytest.mark.parametrize("text", ["[]", "{}", '{"data": 3}', '{"data": [4]}', "{", '{"data": []}'])
def test_json_that_is_not_squad(tmp_path, text):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.json"):
        load_dataset(tmp_path / "x.json")


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv(tmp_path, bom, separator):
    rows = [
        ["Question", "id", "answer", "document", "answerable"],
        ['"How heavy, in g?"', "a", "" if separator == "|" else "200 g|200 grams", "notes.md", ""],
        ["Who removed it?", "b", "", "", "no"],
        ["", "", "", "", ""],
        ['"And\nthen?"', "", "", "", ""],
    ]
    path = tmp_path / "my.csv"
    path.write_text(bom + "\r\n".join(separator.join(r) for r in rows), encoding="utf-8", newline="")
    first, second, third = load_dataset(path).queries
    assert (first.id, first.turns, first.asked_of) == ("a", ("How heavy, in g?",), ("notes.md",))
    assert first.answerable and dict(first.relevant) == {"notes.md": 1}
    assert first.answers == (() if separator == "|" else ("200 g", "200 grams"))
    assert (second.answerable, third.answerable, third.id, third.turns) == (False, None, "3", ("And then?",))
    assert third.place == "my.csv, line 6"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("text\nWhat?\n", "no column called question"),
        ("question,question\nA?,B?\n", "one name"),
        ("question\nOne, two?\n", "line 2: has 2 columns, where 1 are named"),
        ("question,answerable\nWhat?,perhaps\n", "line 2: .*'perhaps'"),
        ("question,answer,answerable\nWhat?,this,no\n", "has an answer"),
        ("question,id\nWhat?,a\nWho?,a\n", "line 3: the id 'a' is that of line 2"),
        ("question,id\n ,a\n", 'line 2: needs "question"'),
        ('question\n"What?\n', "not valid CSV"),
        ("question\n", "holds no questions"),
        ("", "is empty"),
        ("\nquestion\nWhat?\n", "is empty, or begins with an empty line"),
    ],
)
def test_csv_that_cannot_be_used(tmp_path, text, says):
    (tmp_path / "my.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load_dataset(tmp_path / "my.csv")


def test_csv_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "my.csv").write_bytes("question\nOù?\n".encode("latin-1"))
    with pytest.raises(InputError, match="not text in UTF-8"):
        load_dataset(tmp_path / "my.csv")


def folder(path, suffix=".gz", **change):
    jsonl(path / f"corpus.jsonl{suffix}", *TEXTS)
    answer = {"text": "200 g", "doc_id": "d1", "start": 19}
    first = {"_id": "q1", "question": "How heavy?", "answers": [answer], "answerable": True, "source_doc": "d1"}
    second = {"_id": "q2", "question": "Who?", "answers": [], "answerable": False, "source_doc": "d1"}
    third = {"_id": "q3", "question": "What was it?", "answers": [], "answerable": True, "source_doc": "d1"}
    fourth = third | {"_id": "q4", "relevant_docs": ["d2", "d1"], "split": "dev", "topic": "organs"}
    jsonl(path / f"questions.jsonl{suffix}", first | change, second, third | {"deictic": True}, fourth)
    return path


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_our_folders(tmp_path, suffix):
    found = load_dataset(folder(tmp_path / "spleens", suffix))
    first, second, third, fourth = found.queries
    assert found.form == "folder" and first.evidence == (Evidence("d1", 19, 24),) and first.answers == ("200 g",)
    assert dict(first.relevant) == {"d1": 1} and second.answerable is False and not second.ranks
    assert not third.ranks and third.asked_of == ("d1",)  # deictic: asked, not ranked
    assert dict(fourth.relevant) == {"d2": 1, "d1": 1} and (fourth.split, fourth.topic) == ("dev", "organs")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"answerable": "yes"}, 'line 1: needs "answerable"'),
        ({"answerable": False}, "though it is not answerable"),
        ({"answers": [{"text": "200 g", "doc_id": "d1", "start": 3}]}, "'200 g' does not stand at 3 of 'd1'"),
        ({"answers": [{"text": "200 g", "doc_id": "d1", "start": -22}]}, "does not stand at -22"),
        ({"answers": [{"text": "200 g", "doc_id": "d7", "start": 3}]}, "the text 'd7'"),
        ({"answers": "200 g"}, "not a list"),
        ({"relevant_docs": ["d7"]}, "line 1: there is no text 'd7'"),
        ({"_id": "q2"}, "line 2: the id 'q2' is that of line 1"),
    ],
)
def test_our_folders_that_cannot_be_used(tmp_path, change, says):
    with pytest.raises(InputError, match=says):
        load_dataset(folder(tmp_path / "x", **change))


def test_a_damaged_gzip_file_is_named(tmp_path):
    path = folder(tmp_path / "x") / "questions.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"questions\.jsonl\.gz is not a whole gzip file"):
        load_dataset(tmp_path / "x")


def trec(path, topics="1\tHow heavy?\n2\tWho?\n", qrels="1 0 d1 1\n"):
    jsonl(path / "corpus.jsonl", *TEXTS)
    (path / "topics.tsv").write_text(topics, encoding="utf-8")
    (path / "spleen.qrels").write_text(qrels, encoding="utf-8")
    return path


def test_trec_folders(tmp_path):
    found = load_dataset(trec(tmp_path / "t"))
    assert found.form == "trec" and [q.id for q in found.queries] == ["1", "2"]
    assert dict(found.queries[0].relevant) == {"d1": 1} and not found.queries[1].ranks


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"topics": "1 How heavy?\n"}, "topics.tsv, line 1"),
        ({"topics": "1\t?\n"}, "topics.tsv, line 1"),
        ({"qrels": "1 0 d1\n"}, "spleen.qrels, line 1: needs four columns"),
        ({"qrels": "1 0 d1 1.5\n"}, "whole number"),
        ({"qrels": "1 0 d1 1\n1 0 d1 1\n"}, "line 2: 'd1' is judged twice"),
        ({"qrels": "7 0 d1 1\n"}, "no query '7'"),
        ({"qrels": "1 0 d8 1\n"}, "no text 'd8'"),
        ({"qrels": "\n"}, "no judgements"),
    ],
)
def test_trec_folders_that_cannot_be_used(tmp_path, files, says):
    with pytest.raises(InputError, match=says):
        load_dataset(trec(tmp_path / "t", **files))


def test_runs_are_ranked_by_score_and_ties_by_rank(tmp_path):
    path = tmp_path / "their.run"
    path.write_text("1 Q0 d1 2 3.5 x\n1 Q0 d2 1 3.5 x\n1 Q0 d3 3 9 x\n2\tQ0\td1\t1\t-1\tx\n", encoding="utf-8")
    assert read_run(path) == {"1": ("d3", "d2", "d1"), "2": ("d1",)}
    path.write_text(run_lines({"a b": ["x%y", "z"]}), encoding="utf-8")
    assert read_run(path) == {"a%20b": ("x%25y", "z")}
    for bad in ("1 Q0 d1 1 x\n", "1 Q0 d1 1 high x\n", "1 Q0 d1 1 nan x\n", "1 Q0 d 1 2 x\n1 Q0 d 2 1 x\n", ""):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(InputError, match=r"their\.run"):
            read_run(path)
    assert read_qrels(trec(tmp_path / "t") / "spleen.qrels") == {"1": {"d1": 1}}


def test_our_own_questions(tmp_path):
    (query,) = load_dataset(write(tmp_path, GOOD)).queries
    assert query.facts[0][0].search("STREP") and query.answerable and query.topic == "t"
    with pytest.raises(SidecarError, match=r"set\.jsonl, line 1"):
        load_dataset(write(tmp_path, GOOD | {"facts": []}))


def test_what_is_there_is_recognised(tmp_path):
    made = {
        "beir": beir(tmp_path / "b"),
        "folder": folder(tmp_path / "f"),
        "dialogues": jsonl(tmp_path / "d" / "dialogues.jsonl").parent,
        "trec": trec(tmp_path / "t"),
        "squad": squad(tmp_path / "s.json"),
        "report": write(tmp_path, GOOD),
    }
    assert {form: recognise(path) for form, path in made.items()} == {form: form for form in made}
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.pdf").touch()
    for path, says in (("empty", "holds no question set"), ("x.pdf", "of no known form"), ("none", "Cannot read")):
        with pytest.raises(InputError, match=says):
            load_dataset(tmp_path / path)
    with pytest.raises(InputError, match="no form 'xml'"):
        load_dataset(tmp_path / "empty", form="xml")
    with pytest.raises(InputError, match="no BEIR folder"):
        load_dataset(tmp_path / "empty", form="beir")


def test_another_corpus_takes_the_place_of_the_sets_own(tmp_path):
    own = load_dataset(trec(tmp_path / "t"))
    other = jsonl(tmp_path / "other.jsonl", *TEXTS, {"_id": "d3", "text": "More."})
    found = load_dataset(tmp_path / "t", [other])
    assert len(found.texts) == 3 and found.sha256 != own.sha256
    files = load_dataset(tmp_path / "t", [tmp_path / "notes.md"])
    assert (files.texts, files.files) == ((), (tmp_path / "notes.md",))
    with pytest.raises(InputError, match="whole corpus"):
        load_dataset(tmp_path / "t", [other, tmp_path / "notes.md"])


def test_the_sha256_is_that_of_the_files(tmp_path):
    first = load_dataset(folder(tmp_path / "a")).sha256
    assert first != load_dataset(folder(tmp_path / "b", question="How heavy was it?")).sha256
    assert load_dataset(folder(tmp_path / "c", "")).sha256 == load_dataset(folder(tmp_path / "d", "")).sha256
