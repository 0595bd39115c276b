"""The question set over case reports: how it is drawn, what writers hand in, and how readers are compared."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from calcqa.types import text_hash
from training.case_reports.check import problems_of, repeated, told_by_the_question
from training.case_reports.draw import draw, groups
from training.case_reports.items import read_sheet, shared_run
from training.case_reports.reading import answers, kappa, labels, sentence_f1, write_sheets
from training.case_reports.rebuild import rebuild
from training.case_reports.reports import make_report
from training.case_reports.texts import read_corpus, read_items, sentences, sheet

REPORT = (
    "Introduction\n\nGout is common.1 It hurts.\n\nCase report\n\n"
    "A 41-year-old sailor came with a swollen toe. Urate was 9.2 mg/dL; 19.2 was never seen. "
    "He took colchicine for ten days.\n\nDiscussion\n\nThe sailor recovered on colchicine within ten days."
)


def words(seed, count=400):
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(count))


def test_a_sheet_numbers_every_sentence_of_the_raw_text():
    own = sentences(REPORT)
    texts = [REPORT[s.span.start : s.span.end] for s in own]
    assert texts == [
        "Gout is common.",
        "It hurts.",
        "A 41-year-old sailor came with a swollen toe.",
        "Urate was 9.2 mg/dL; 19.2 was never seen.",
        "He took colchicine for ten days.",
        "The sailor recovered on colchicine within ten days.",
    ]
    assert [s.heading for s in own][2:] == ["Case report"] * 3 + ["Discussion"]
    shown = sheet("PMC1", REPORT)
    assert "\n# Discussion\n[6] The sailor recovered" in shown and shown.count("\n[") == 6


def test_a_note_is_numbered_by_lines_and_has_no_headings():
    note = "Plan\nBP 142/88\n\nAllergies: latex\nSeen by nurse. Will ring back."
    texts = [note[s.span.start : s.span.end] for s in sentences(note, lines=True)]
    assert texts == ["Plan", "BP 142/88", "Allergies: latex", "Seen by nurse.", "Will ring back."]
    assert "\n[5] Will ring back." in sheet("n", note, lines=True)


def test_near_duplicates_stay_in_one_split_and_the_draw_is_always_the_same():
    case = words(1)
    texts = [words(2), case + " " + words(3, 50), words(4), words(5, 50) + " " + case]
    assert sorted(map(sorted, groups(texts))) == [[0], [1, 3], [2]]
    ids, sizes = list("abcd"), {"dev": 1, "test-a": 1, "train": 1}
    for seed in range(6):
        drawn = draw(ids, texts, seed, sizes)
        assert drawn == draw(ids, texts, seed, sizes) and sorted(i for own in drawn.values() for i in own) == ids
        assert len([name for name, own in drawn.items() if {"b", "d"} & set(own)]) == 1
        assert all(drawn[name] for name in ("dev", "test-a", "train"))
    assert len({str(draw(ids, texts, seed, sizes)) for seed in range(6)}) > 1


def handed_in(tmp_path, *records):
    path = tmp_path / "PMC1.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return read_sheet(path, REPORT, "w1", "train")


ANSWERABLE = {"q": "Duration of therapy?", "e": "5|6", "f": ["ten days"], "r": "ward", "k": "how much"}
NEAR = {"q": "Which dose?", "t": "5", "n": "drug", "r": "ward", "k": "how much"}


def test_an_item_has_offsets_and_no_text_of_its_report(tmp_path):
    chat = {"turns": ["His urate?", "And his toe?"], "leans": True} | {k: ANSWERABLE[k] for k in "rk"}
    phrases = {"phrases": ["the sailor", "gout at sea", "a toe in port"]}
    items, problems = handed_in(tmp_path, ANSWERABLE, NEAR, chat | {"e": "4 & 3", "f": ["9.2", "swollen"]}, phrases)
    assert not problems
    first, near, third, last = items
    assert [REPORT[a:b][:10] for a, b in first["evidence"][0]] == ["He took co", "The sailor"]
    assert first["text_sha256"] == text_hash(REPORT) and first["facts"] == [["ten\\s+days"]] and first["answerable"]
    assert near["tempting"] == [first["evidence"][0][0]] and near["facts"] == [] and not near["answerable"]
    assert [len(group) for group in third["evidence"]] == [1, 1] and third["leans"] and len(third["turns"]) == 2
    assert last["phrases"][1] == "gout at sea" and first["id"] == "train-PMC1-01"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"e": "7"}, "no sentence 7"),
        ({"f": []}, "needs facts"),
        ({"f": ["sailor"]}, "'sailor' does not stand in every alternative"),
        ({"e": "4", "f": ["2 mg/dL"]}, "'2 mg/dL' does not stand"),  # a digit is not cut off its number
        ({"f": ["x" * 61]}, "longer than 60"),
        ({"r": "poet"}, "'poet' is none of ward"),
        ({"t": "3"}, "not both"),
        ({"q": "Who took colchicine for ten days?"}, "copies 'took colchicine for ten'"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(tmp_path, change, problem):
    items, problems = handed_in(tmp_path, NEAR, ANSWERABLE | change)
    assert len(items) == 1 and len(problems) == 1
    assert problems[0].startswith("PMC1.jsonl line 2:") and problem in problems[0]


def test_four_words_in_a_row_are_a_copy_and_three_are_not():
    assert shared_run("Has he had a swollen toe?", "with a swollen toe and") == ""
    assert shared_run("What came with a swollen toe?", "He came with a swollen toe.") == "came with a swollen"


def test_gold_is_located_in_the_text_as_the_index_has_it(tmp_path):
    items, _ = handed_in(tmp_path, ANSWERABLE, NEAR)
    report = make_report("PMC1", REPORT, items, lambda text: len(text.split()))
    question, near = report.questions
    own = [report.document.text[report.sentences[i].start : report.sentences[i].end] for i in sorted(question.gold)]
    assert own == ["He took colchicine for ten days.", "The sailor recovered on colchicine within ten days."]
    assert near.groups == () and len(near.tempting) == 1
    assert report.texts[min(question.gold)].endswith("Case report. He took colchicine for ten days.")


def test_a_second_reader_sees_no_hint_and_is_compared_sentence_by_sentence(tmp_path):
    items, _ = handed_in(tmp_path, ANSWERABLE, NEAR)
    write_sheets({"PMC1": REPORT}, items, tmp_path)
    asked = (tmp_path / "PMC1.txt").read_text(encoding="utf-8").split("QUESTIONS")[1]
    names = labels(items)
    assert sorted(names.values()) == ["Q01", "Q02"]
    assert f"{names['train-PMC1-01']}  Duration of therapy?" in asked and "ten days" not in asked
    read = tmp_path / "read.jsonl"
    read.write_text('{"id": "Q01", "none": true}\n{"id": "Q02", "e": "5 & 3"}\n', encoding="utf-8")
    theirs = answers(read, REPORT)
    assert theirs["Q01"] == [] and theirs["Q02"][0] == [items[0]["evidence"][0][0]]
    assert sentence_f1([(items[0]["evidence"], theirs["Q02"])]) == pytest.approx(2 / 3)  # both named one, of 1 and 2


def test_kappa_by_hand():
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert kappa(pairs) == pytest.approx(0.4)  # 0.7 agreed, 0.5 by chance
    assert kappa([(True, True), (False, False)]) == 1.0


def test_the_check_of_a_whole_file_finds_what_is_wrong_with_an_item(tmp_path):
    (item, near), _ = handed_in(tmp_path, ANSWERABLE, NEAR)
    assert problems_of(item, REPORT) == problems_of(near, REPORT) == []
    assert problems_of(item, REPORT + " ") == ["is of another text"]
    assert problems_of(item | {"evidence": [[[0, 9_999]]]}, REPORT) == ["has an offset outside its text"]
    (outside,) = problems_of(item | {"facts": [["sailor"]]}, REPORT)
    assert "outside its evidence" in outside
    (copied,) = problems_of(near | {"turns": ["He took colchicine for how long?"]}, REPORT)
    assert "he took colchicine for" in copied
    (mixed,) = problems_of(near | {"answerable": True}, REPORT)
    assert "without evidence" in mixed
    again = item | {"id": "again", "turns": ["duration of THERAPY"]}
    assert repeated([item, near, again]) == ["again"] and repeated([item, again | {"document": "PMC2"}]) == []


def test_near_misses_that_give_themselves_away_are_told_by_the_question_alone():
    def items(near, answerable):
        return [
            {"document": f"d{i % 10}", "answerable": bool(i % 2), "turns": [(answerable if i % 2 else near).format(i)]}
            for i in range(80)
        ]

    assert told_by_the_question(items("What dose of drug {}?", "Why was drug {} given?")) > 0.95
    assert told_by_the_question(items("Which drug, {}?", "Which drug, {}?")) < 0.7


def test_the_files_hold_offsets_and_of_a_report_only_the_words_of_facts():
    folder = Path(__file__).parents[2] / "questions/case-reports"
    seen, drawn = {}, json.loads((folder / "draw.json").read_text(encoding="utf-8"))["splits"]
    for split in ("train", "round-2", "dev", "test-a", "test-b"):
        items = read_items(folder / f"{split}.jsonl")
        documents = {item["document"] for item in items}
        assert documents <= set(drawn[split]) and not documents & set(seen)
        seen |= dict.fromkeys(documents, split)
        for item in items:
            assert all(words.count(r"\s+") < 10 for fact in item["facts"] for words in fact)  # of ten words at most
            assert not {"text", "quote", "quotes", "context"} & set(item)
    assert Counter(seen.values()) == {"train": 600, "round-2": 62, "dev": 40, "test-a": 40, "test-b": 40}


def test_the_corpus_is_rebuilt_and_another_text_refused(tmp_path):
    bodies, questions = tmp_path / "bodies", tmp_path / "questions"
    bodies.mkdir()
    questions.mkdir()
    (bodies / "PMC1_body.txt").write_text(REPORT, encoding="utf-8")
    (questions / "draw.json").write_text(json.dumps({"splits": {"train": ["PMC1"]}}), encoding="utf-8")
    (item,), _ = handed_in(tmp_path, ANSWERABLE)
    (questions / "train.jsonl").write_text(json.dumps(item) + "\n", encoding="utf-8")
    assert rebuild(bodies, questions, tmp_path / "corpus.jsonl.gz") == 1
    assert read_corpus(tmp_path / "corpus.jsonl.gz") == {"PMC1": REPORT}
    (bodies / "PMC1_body.txt").write_text(REPORT + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="PMC1 is not the text"):
        rebuild(bodies, questions, tmp_path / "corpus.jsonl.gz")


@pytest.mark.parametrize(("split", "questions", "notes"), [("dev", 270, 15), ("test", 270, 15), ("train", 7430, 381)])
def test_the_notes_hold_what_their_questions_say(split, questions, notes):
    folder = Path(__file__).parents[2] / "questions/notes"
    texts, items = read_corpus(folder / "corpus.jsonl"), read_items(folder / f"{split}.jsonl")
    assert len(items) == questions and len({item["document"] for item in items}) == notes
    assert [problem for item in items for problem in problems_of(item, texts[item["document"]])] == []
    for document in {item["document"] for item in items}:  # no evidence is lost by cleaning or chunking
        make_report(
            document, texts[document], [i for i in items if i["document"] == document], lambda t: len(t.split())
        )
