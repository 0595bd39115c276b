"""The side-by-side benchmark without its peers: scoring, the adapters' protocol with a fake one, and the table."""

import gzip
import json
import sys

import numpy as np
import pytest

from benchmarks.peers import side_by_side
from benchmarks.peers.running import PEERS as FOLDER
from benchmarks.peers.running import Peer, PeerError, environment, measure, version
from benchmarks.peers.scoring import contains, documents, interval, ndcg, own, score, within, words
from benchmarks.peers.side_by_side import PEERS, compared, main, read_set, table
from benchmarks.quality.reader_weights import convert, weights

ADAPTER = """
import json, sys
sys.path.insert(0, {common!r})
from common import hit, main, read_lines, whole, write_lines
def build(texts, folder):
    write_lines(folder / "texts.jsonl", [dict(t, text=whole(t)) for t in texts])
    return len(texts)
def load(folder):
    texts = list(read_lines(folder / "texts.jsonl"))
    def ask(question):
        asked = set(question.lower().strip("?").split())
        shared = lambda t: len(asked & set(t["text"].lower().strip(".").split()))
        return [hit(t["id"], t["text"], shared(t)) for t in sorted(texts, key=shared, reverse=True)] * 20
    return ask
main(build, load)
"""

TEXTS = [
    {"_id": "d1", "title": "Elbow", "text": "The left elbow held a nodule."},
    {"_id": "d2", "title": "Knee", "text": "Knee\n\nThe right knee was swollen."},
    {"_id": "d3", "title": "", "text": "Nothing else was found."},
]
QUESTIONS = [
    {
        "_id": "q1",
        "question": "What did the left elbow hold?",
        "source_doc": "d1",
        "deictic": False,
        "answerable": True,
    },
    {"_id": "q2", "question": "Which knee was swollen?", "source_doc": "d2", "deictic": False, "answerable": True},
    {"_id": "q3", "question": "What did they find?", "source_doc": "d3", "deictic": True, "answerable": True},
    {"_id": "q4", "question": "Who was the surgeon?", "source_doc": "d1", "deictic": False, "answerable": False},
]
GOLDS = {"q1": ("A Nodule", "d1"), "q2": ("right knee", "d2"), "q3": ("Nothing", "d3")}


def hits(*pairs):
    return [{"doc": doc, "text": text, "score": -n} for n, (doc, text) in enumerate(pairs)]


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "invented"
    place.mkdir()
    questions = [
        {**q, "answers": [{"text": GOLDS[q["_id"]][0], "doc_id": GOLDS[q["_id"]][1]}] if q["_id"] in GOLDS else []}
        for q in QUESTIONS
    ]
    for name, records in (("corpus", TEXTS), ("questions", questions)):
        with gzip.open(place / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(r) + "\n" for r in records)
    return place


@pytest.fixture
def fake(tmp_path):
    (tmp_path / "fake.py").write_text(ADAPTER.format(common=str(FOLDER)), encoding="utf-8")
    return Peer("fake", "fake.py", "shared words", folder=tmp_path)


@pytest.fixture
def broken(tmp_path):
    (tmp_path / "broken.py").write_text(f"raise ValueError('no such thing in {tmp_path}/x')\n", encoding="utf-8")
    return Peer("broken", "broken.py", "nothing", folder=tmp_path)


def test_words_are_compared_without_case_punctuation_or_compatibility_forms():
    assert words("The ﬁrst: COVID-19,\nH₂O (Straße)_x") == ["the", "first", "covid", "19", "h2o", "strasse", "x"]


def test_an_answer_stands_in_a_row_or_not_at_all():
    assert contains(["a", "left", "elbow"], ["left", "elbow"])
    assert not contains(["left", "right", "elbow"], ["left", "elbow"])
    assert not contains(["a"], ["a", "b"])
    assert not contains(["a"], [])


def test_only_the_first_words_retrieved_count_over_chunks_in_rank_order():
    found = hits(("d1", "one two three"), ("d2", "four five"), ("d3", "six"))
    assert within(found, ["five"], 5)
    assert not within(found, ["five"], 4)
    assert not within(found, ["four five"], 4)  # cut by the budget
    assert within(found, ["THREE, four"], 100)  # across chunks, as they would be read
    assert within(found, ["nowhere", "six"], 6)
    assert not within([], ["six"], 6)
    assert not within(found, ["—"], 100)  # an answer without words is found nowhere


def test_an_answer_of_its_own_document_stands_in_a_chunk_of_it():
    found = hits(("d2", "one two three"), ("d1", "two five"))
    assert not own(found, [{"text": "two", "doc_id": "d1"}], 3)
    assert own(found, [{"text": "two", "doc_id": "d1"}], 4)
    assert not own(found, [{"text": "two five", "doc_id": "d1"}], 4)
    assert not own(found, [{"text": "three two", "doc_id": "d1"}], 100)


def test_documents_are_ranked_by_their_best_chunk():
    assert documents(hits(("b", ""), ("a", ""), ("b", ""), ("c", ""))) == {"b": 3.0, "a": 2.0, "c": 1.0}


def test_ndcg_follows_the_ranks_and_a_question_without_hits_is_nought():
    pytest.importorskip("ir_measures")
    found = {"q1": hits(("x", ""), ("x", ""), ("a", "")), "q2": hits(("b", ""))}
    values = ndcg({"q1": ["a"], "q2": ["b"], "q3": ["c"]}, found)
    assert values == pytest.approx({"q1": 0.6309, "q2": 1.0, "q3": 0.0}, abs=1e-4)  # 1 / log2(1 + 2)
    assert ndcg({"q1": ["a"]}, {}) == {"q1": 0.0}


def test_ndcg_without_its_library_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(SystemExit, match="pip install ir-measures"):
        ndcg({"q1": ["a"]}, {})


def test_a_question_without_hits_counts_nought_and_is_not_skipped():
    questions = [
        {"_id": "q1", "source_doc": "d1", "answers": [{"text": "nodule", "doc_id": "d1"}]},
        {"_id": "q2", "source_doc": "d2", "answers": [{"text": "knee", "doc_id": "d2"}]},
    ]
    measured = score(questions, {"q1": hits(("d1", "A nodule."))})
    assert measured["within_100"] == {"mean": 0.5, "95": (0.0, 1.0), "each": [1.0, 0.0]}
    assert set(measured) == {f"{a}_{n}" for a in ("within", "own") for n in (100, 250, 1000)}


def test_intervals_are_drawn_over_documents():
    assert interval(["a", "a", "a"], [0, 1, 1]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert interval([], []) == (0.0, 0.0)


def test_questions_no_search_can_answer_are_left_out_and_a_limit_takes_the_first_documents(folder):
    texts, questions = read_set(folder)
    assert [t["id"] for t in texts] == ["d1", "d2", "d3"]
    assert [q["_id"] for q in questions] == ["q1", "q2"]
    texts, questions = read_set(folder, 1)
    assert ([t["id"] for t in texts], [q["_id"] for q in questions]) == (["d1"], ["q1"])
    with pytest.raises(SystemExit, match="cannot be read"):
        read_set(folder.parent)


def test_some_texts_are_those_that_the_questions_need_and_others_by_chance(folder):
    assert [t["id"] for t in read_set(folder, most=1)[0]] == ["d1", "d2"]
    assert [t["id"] for t in read_set(folder, most=3)[0]] == ["d1", "d2", "d3"]
    texts, questions = read_set(folder, most=100)
    assert (len(texts), len(questions)) == (3, 2)


def test_an_adapter_builds_and_is_asked_by_one_command_line(folder, fake, tmp_path):
    texts, questions = read_set(folder)
    lines = [{"id": q["_id"], "question": q["question"]} for q in questions]
    for name, records in (("texts", texts), ("queries", lines)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    figures, found = measure(
        fake, sys.executable, tmp_path / "texts.jsonl", tmp_path / "queries.jsonl", tmp_path, {}, 60
    )
    assert figures["chunks"] == 3
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert 0 < figures["build_seconds"] < 60
    assert 1 < figures["ask_mb"] < 1000
    assert len(figures["cold_all"]) == 3
    assert [h["doc"] for h in found["q1"][:2]] == ["d1", "d2"]
    assert len(found["q1"]) == 30  # of 60
    assert found["q1"][0]["text"] == "Elbow\n\nThe left elbow held a nodule."  # its title leads it
    assert found["q2"][0]["text"] == "Knee\n\nThe right knee was swollen."  # and is not there twice


def test_a_peer_that_cannot_run_is_a_row_that_says_why(folder, fake, broken, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(side_by_side, "PEERS", (fake, broken))
    main([str(folder), "--out", str(tmp_path / "out"), "--encoder", str(tmp_path), "--reader", str(tmp_path)])
    written = json.loads((tmp_path / "out" / "invented.json").read_text(encoding="utf-8"))
    assert written["questions"] == 2
    ran, failed = written["peers"]["fake"], written["peers"]["broken"]
    assert failed["error"] == "ValueError: no such thing in …/x"
    assert ran["measures"]["own_100"]["mean"] == 1.0
    assert ran["measures"]["own_100"]["less_first"] == 0.0
    assert "each" not in ran["measures"]["own_100"]
    text = (tmp_path / "out" / "invented.md").read_text(encoding="utf-8")
    assert text in capsys.readouterr().out
    assert "- broken did not run: ValueError: no such thing in …/x" in text
    assert "nodule" not in text
    # Some of it, asked later, stands beside it.
    given = ["--out", str(tmp_path / "out"), "--encoder", str(tmp_path), "--reader", str(tmp_path)]
    main([str(folder), *given, "--limit", "2", "--peers", "fake"])
    assert sorted(p.name for p in (tmp_path / "out").glob("*.json")) == ["invented-limit-2-fake.json", "invented.json"]


def test_the_table_gives_quality_then_costs():
    row = {
        "version": "1.2",
        "settings": "so and so",
        **dict.fromkeys(
            ("chunks", "build_seconds", "p50_ms", "p99_ms", "build_mb", "ask_mb", "cold_seconds"), 1234.567
        ),
        "measures": {"ndcg@10": {"mean": 0.25, "95": (0.2, 0.3)}},
    }
    about = {
        "set": "s",
        "limit": 2,
        "texts": 0,
        "documents": 2,
        "questions": 1000,
        "cores": 2,
        "machine": "m",
        "python": "3",
    }
    text = table({**about, "peers": {"ours": row}})
    assert "## s, the first 2 documents of it" in text
    assert "|  | nDCG@10 |\n| --- | --- |\n| ours 1.2 | 0.250 (0.200–0.300) |" in text
    assert text.endswith("\n\n`python -m benchmarks.peers.side_by_side DATA/s --limit 2 --peers ours`\n")
    assert "| ours 1.2 | 1,235 | 1,234.6 | 1,234.6 | 1,234.6 | 1,235 | 1,235 | 1,234.57 |" in text


def test_what_was_measured_is_written_into_the_document(folder, fake, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(side_by_side, "PEERS", (fake,))
    document = tmp_path / "benchmarks.md"
    document.write_text(f"before\n{side_by_side.BEGIN}\nold\n{side_by_side.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(side_by_side, "DOCUMENT", document)
    out = ["--out", str(tmp_path / "out")]
    main([str(folder), *out, "--encoder", str(tmp_path), "--reader", str(tmp_path)])
    assert "old" in document.read_text(encoding="utf-8")
    main([*out, "--write"])
    text = document.read_text(encoding="utf-8")
    assert "\n### invented\n" in text and "old" not in text and "| fake" in text
    assert "`python -m benchmarks.peers.side_by_side DATA/invented`" in text
    with pytest.raises(SystemExit):
        main(out)
    assert "name a set" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="Nothing was measured"):
        main(["--out", str(tmp_path / "empty"), "--write"])
    assert document.read_text(encoding="utf-8") == text


def test_a_row_names_the_package_its_version_is_of():
    row = {"version": "1.2"}
    assert side_by_side.label("txtai", row) == "txtai 1.2"
    assert side_by_side.label("LangChain", row) == "LangChain (langchain-core 1.2)"
    assert side_by_side.label("calcqa", {"version": ""}) == "calcqa"


def test_differences_are_taken_question_by_question_from_the_first_row_that_ran():
    rows = {
        "broken": {"error": "no"},
        "a": {"measures": {"m": {"mean": 0.5, "95": (0, 1), "each": [1.0, 0.0]}}},
        "b": {"measures": {"m": {"mean": 1.0, "95": (1, 1), "each": [1.0, 1.0]}}},
    }
    found = compared(rows, ["d1", "d2"])
    assert found["b"]["measures"]["m"] == {"mean": 1.0, "95": (1, 1), "less_first": 0.5, "less_first_95": (0.0, 1.0)}
    assert found["broken"] == {"error": "no"}


def test_every_peer_has_an_adapter_and_pins_of_its_own_with_its_version():
    for peer in PEERS:
        assert (FOLDER / peer.adapter).is_file()
        if peer.pins:
            lines = (FOLDER / peer.pins).read_text(encoding="utf-8").splitlines()
            assert all(len(line.split("==")) == 2 and "+" not in line and "/" not in line for line in lines)
            assert version(peer)


def test_an_environment_made_before_is_used_while_its_pins_stay(tmp_path, monkeypatch):
    (tmp_path / "p.txt").write_text("nothing==1\n", encoding="utf-8")
    peer, ran = Peer("p", "p.py", "", "p.txt", "nothing", tmp_path), []
    monkeypatch.setattr("benchmarks.peers.running._run", _installer(tmp_path / "envs" / "p", ran))
    first = environment(peer, tmp_path / "envs", 60)
    assert (first, len(ran)) == (str(tmp_path / "envs" / "p" / "bin" / "python"), 2)
    assert environment(peer, tmp_path / "envs", 60) == first
    assert len(ran) == 2
    (tmp_path / "p.txt").write_text("nothing==2\n", encoding="utf-8")
    environment(peer, tmp_path / "envs", 60)
    assert len(ran) == 4
    assert version(peer) == "2"


def _installer(place, ran):
    def run(command, settings, limit):
        place.mkdir(parents=True, exist_ok=True)
        ran.append(command)
        return ""

    return run


def test_a_command_that_takes_too_long_is_no_crash(tmp_path, fake):
    (tmp_path / "fake.py").write_text("import time\ntime.sleep(30)\n", encoding="utf-8")
    with pytest.raises(PeerError, match="longer than 0 s"):
        measure(fake, sys.executable, tmp_path, tmp_path, tmp_path, {}, 0.2)


def test_the_readers_numbers_are_those_its_bytes_stand_for():
    held = {"span.bias": np.zeros(2, np.float32), "onnx::MatMul_9": np.ones((4, 2), np.float32)}
    named = [f"encoder.embeddings.{n}" for n in ("word_embeddings.weight", "position_embeddings.weight")]
    named += [f"encoder.embeddings.{n}" for n in ("token_type_embeddings.weight", "LayerNorm.weight", "LayerNorm.bias")]
    shapes = {n: (3, 4) for n in named} | {"Attention_0_qkv_weight": (4, 12)}
    shapes |= {"onnx::MatMul_10": (4, 8), "onnx::MatMul_7": (4, 4), "onnx::MatMul_11": (8, 4)}
    for name, shape in shapes.items():
        held[f"{name}_quantized"] = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
        held[f"{name}_scale"], held[f"{name}_zero_point"] = np.float32(0.5), np.uint8(2)
    held["Attention_0_qkv_bias"] = np.arange(12, dtype=np.float32)
    norms = [f"{p}.LayerNorm.{q}" for p in ("attention.output", "output") for q in ("weight", "bias")]
    for name in [*norms, *(f"{p}.dense.bias" for p in ("attention.output", "intermediate", "output"))]:
        held[f"encoder.encoder.layer.0.{name}"] = np.ones(4, np.float32)
    found, at = weights(held, 1), "bert.encoder.layer.0"
    assert found["bert.embeddings.word_embeddings.weight"][0].tolist() == [-1.0, -0.5, 0.0, 0.5]
    assert found[f"{at}.attention.self.key.weight"].T[0].tolist() == [
        1.0,
        1.5,
        2.0,
        2.5,
    ]  # bytes 4 to 7, less 2, halved
    assert found[f"{at}.attention.self.value.bias"].tolist() == [8.0, 9.0, 10.0, 11.0]
    assert [
        found[f"{at}.{n}.weight"].shape for n in ("attention.output.dense", "intermediate.dense", "output.dense")
    ] == [
        (4, 4),
        (8, 4),
        (4, 8),
    ]
    assert found["qa_outputs.weight"].shape == (2, 4)
    with pytest.raises(ValueError, match="3 unnamed matrices, not 6"):
        weights(held, 2)


@pytest.mark.models
def test_the_shipped_reader_marks_the_same_words_in_another_form(tmp_path):
    import onnxruntime
    import torch
    from tokenizers import Tokenizer
    from transformers import BertForQuestionAnswering
    from transformers.utils import logging

    from calcqa.config import EncoderSettings
    from calcqa.models.encoder_files import weights_folder
    from calcqa.models.load_reader import reader_folder

    logging.disable_progress_bar()
    shipped = reader_folder("")
    model = BertForQuestionAnswering.from_pretrained(
        convert(shipped, weights_folder(EncoderSettings()), tmp_path / "r")
    )
    tokeniser = Tokenizer.from_file(str(tmp_path / "r" / "tokenizer.json"))
    tokeniser.no_padding()
    passage = "The patient was seen again. A nodule was found in the left elbow, not the right one."
    pieces = tokeniser.encode("Which elbow had a nodule?", passage)
    feed = {"input_ids": pieces.ids, "attention_mask": [1] * len(pieces.ids), "token_type_ids": pieces.type_ids}
    session = onnxruntime.InferenceSession(str(shipped / "model.onnx"), providers=["CPUExecutionProvider"])
    start = session.run(["start"], {k: np.array([v], dtype=np.int64) for k, v in feed.items()})[0][0]
    with torch.no_grad():
        ours = model.eval()(**{k: torch.tensor([v]) for k, v in feed.items()}).start_logits[0].numpy()
    held = np.array(pieces.type_ids) == 1
    assert pieces.tokens[int(np.where(held, ours, -np.inf).argmax())] == "left"
    assert np.corrcoef(ours[held], start[held])[0, 1] > 0.98
