"""Evaluation: every measure on outcomes small enough to count by hand; loading, running, bars and pages. No models."""

import hashlib
import io
import json
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from calcqa.domain import Abstention, Answer, Citation, Document, Reason, text_hash
from calcqa.errors import InputError, SidecarError
from calcqa.evaluation import (
    BAR_HELP,
    Failure,
    JudgedQuestion,
    Outcome,
    check_bars,
    evaluate,
    judge,
    load_questions,
    measure,
    parse_bar,
    print_table,
    write_html,
    write_json,
)
from calcqa.evaluation.measures import area, auroc, by_topic, percentiles, risk_coverage, share

TEXT = "Cultures of the wound grew Staphylococcus aureus. X-rays showed calcifications. Warfarin was tried [1]."
GREW, SHOWED, TRIED = (m.span() for m in re.finditer(r"[A-Z][^.]*\.", TEXT))
DOCUMENT = Document(text_hash(TEXT)[:16], "report.md", "Report", TEXT)


def question(answerable=True, facts=(("staph",),), turns=("What grew?",), topic="culture", id="q", split=""):
    groups = tuple(tuple(re.compile(p, re.I) for p in g) for g in facts) if answerable else ()
    return JudgedQuestion(id, split, topic, tuple(turns), answerable, groups)


def outcome(answered=True, found=True, confidence=0.9, answerable=True, **changes):
    asked = {k: changes.pop(k) for k in ("facts", "turns", "topic", "id") if k in changes}
    judged = question(answerable, **asked)
    values = {
        "question": judged,
        "understood": judged.turns[-1],
        "text": "Cultures grew it. [1]" if answered else "The report does not say.",
        "answered": answered,
        "confidence": confidence,
        "groups_found": tuple(found for _ in judged.facts),
        "words": 3,
        "quotes": int(answered),
        "quotes_verified": int(answered),
        "covered": True,
        "latency": 0.01,
        "reason": None if answered else "no_evidence",
    }
    return Outcome(**(values | changes))


def answer(*spans, text=None, asked="What grew?", confidence=0.9, **changes):
    """An answer that quotes `spans` of TEXT; `changes` are made to its last citation."""
    parts, citations = [], []
    for number, (start, end) in enumerate(spans, start=1):
        at = sum(len(p) + 1 for p in parts)
        quote = TEXT[start:end]
        values = {
            "number": number,
            "document_id": DOCUMENT.id,
            "document_title": "Report",
            "document_sha256": DOCUMENT.sha256,
            "section": "Report",
            "passage_id": "p",
            "quote": quote,
            "start": start,
            "end": end,
            "answer_start": at,
            "answer_end": at + len(quote),
        }
        citations.append(Citation(**(values | (changes if number == len(spans) else {}))))
        parts.append(f"{quote} [{number}]")
    return Answer(asked, asked, text or " ".join(parts), None, tuple(citations), (), confidence, None)


def refusal(asked="Which dose?", confidence=0.1, gap="doses"):
    abstention = Abstention(Reason.GAP, gap, (), 3, ())
    return Answer(asked, asked, "The report does not say: staph.", None, (), (), confidence, abstention)


def find(id):
    if id != DOCUMENT.id:
        raise InputError(f"There is no document {id!r} in this index.")
    return DOCUMENT


# Loading


def write(tmp_path, *records):
    path = tmp_path / "set.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), encoding="utf-8")
    return path


GOOD = {"id": "a", "topic": "t", "turns": ["What grew?"], "answerable": True, "facts": [["staph|strep", "aureus"]]}


def test_loads_in_order_and_by_split(tmp_path):
    second = {**GOOD, "id": "b", "split": "dev", "note": "left alone"}
    third = {"id": "c", "split": "test", "topic": "near-miss", "turns": ["A?", "B?"], "answerable": False, "facts": []}
    path = write(tmp_path, GOOD, "", second, third)
    assert [(q.id, q.split) for q in load_questions(path)] == [("a", ""), ("b", "dev"), ("c", "test")]
    (dev,) = load_questions(str(path), "dev")
    assert dev.facts[0][0].search("STREPTOCOCCUS")
    assert dev.to_dict() == {k: v for k, v in second.items() if k != "note"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": ""}, '"id"'),
        ({"id": 3}, '"id"'),
        ({"topic": None}, '"topic"'),
        ({"split": 1}, '"split"'),
        ({"turns": []}, '"turns"'),
        ({"turns": "What grew?"}, '"turns"'),
        ({"turns": ["What grew?", " ?! "]}, '"turns"'),
        ({"turns": ["long " * 500]}, "2,000"),
        ({"answerable": "yes"}, '"answerable"'),
        ({"facts": []}, "any answer would be right"),
        ({"facts": None}, '"facts"'),
        ({"facts": ["staph"]}, '"facts"'),
        ({"facts": [[]]}, '"facts"'),
        ({"facts": [[7]]}, "not a text"),
        ({"facts": [["("]]}, "not a regular expression"),
        ({"facts": [["a|"]]}, "found in any text"),
        ({"answerable": False}, "not answerable"),
    ],
)
def test_a_bad_line_names_file_line_and_problem(tmp_path, change, problem):
    with pytest.raises(SidecarError, match=re.escape(problem)) as caught:
        load_questions(write(tmp_path, {**GOOD, "id": "first"}, {**GOOD, **change}))
    assert (caught.value.source, caught.value.line) == ("set.jsonl", 2)


def test_ids_are_not_repeated_even_across_splits(tmp_path):
    path = write(tmp_path, {**GOOD, "split": "dev"}, {**GOOD, "split": "test"})
    with pytest.raises(SidecarError, match=r"line 2: the id 'a' is that of line 1"):
        load_questions(path, "dev")


def test_sets_that_cannot_be_used(tmp_path):
    with pytest.raises(SidecarError, match="line 1: not valid JSON"):
        load_questions(write(tmp_path, "{"))
    with pytest.raises(InputError, match="holds no questions"):
        load_questions(write(tmp_path, ""))
    with pytest.raises(InputError, match="no questions of the split 'dev'; there are ''"):
        load_questions(write(tmp_path, GOOD), "dev")
    with pytest.raises(InputError, match="Cannot read"):
        load_questions(tmp_path / "missing.jsonl")
    with pytest.raises(InputError, match="Cannot read"):
        load_questions(tmp_path)


# Judging


def test_judges_quotes_facts_words_and_cover():
    judged = judge(question(facts=(("staph",), ("calcif", "x"))), answer(GREW, SHOWED), find, 0.5)
    assert judged.groups_found == (True, True)
    assert judged.facts_found and judged.right and judged.covered and judged.failure is None
    assert (judged.quotes, judged.quotes_verified, judged.latency) == (2, 2, 0.5)
    assert judged.words == 7 + 3  # two quotes; "[1]" and "[2]" are no words


def test_a_marker_is_not_a_fact_but_a_bracket_in_a_quote_is():
    assert not judge(question(facts=((r"\[1\]",),)), answer(GREW), find, 0).facts_found
    assert judge(question(facts=((r"\[1\]",),)), answer(TRIED), find, 0).facts_found


@pytest.mark.parametrize(
    "change",
    [
        {"document_sha256": "0" * 64},
        {"document_id": "unknown"},
        {"start": GREW[0] + 1},
        {"start": -1},
        {"end": GREW[1] + 1},
        {"quote": "Cultures of the wound grew nothing at all........"},
        {"answer_start": 1},
    ],
)
def test_a_quote_must_stand_where_it_says(change):
    judged = judge(question(), answer(GREW, **change), find, 0)
    assert (judged.quotes, judged.quotes_verified) == (1, 0)


def test_text_outside_citations_is_seen():
    judged = judge(question(), answer(GREW, text=TEXT[slice(*GREW)] + " [1] Take warfarin."), find, 0)
    assert judged.quotes_verified == 1 and not judged.covered and judged.failure is Failure.UNCOVERED
    assert judged.words == 7 + 2
    nothing_cited = judge(question(), answer(text="Staph."), find, 0)
    assert nothing_cited.failure is Failure.UNCOVERED


def test_a_refusal_that_names_the_fact_does_not_count():
    judged = judge(question(), refusal(), find, 0)
    assert not judged.facts_found and judged.failure is Failure.REFUSED
    assert (judged.reason, judged.gap) == ("gap", "doses")
    assert judge(question(answerable=False), refusal(), find, 0).right


def test_length_bounds_an_answer_unless_a_list_or_a_summary_was_asked_for():
    assert outcome(words=60).right
    assert outcome(words=61).failure is Failure.LENGTH
    assert outcome(words=61, facts=(("a",),) * 4).failure is Failure.LENGTH
    assert outcome(words=200, facts=(("a",),) * 5).right
    assert outcome(words=200, topic="summary").right


def test_failures_are_named():
    assert outcome().failure is None
    assert outcome(answerable=False).failure is Failure.ANSWERED
    assert outcome(found=False).failure is Failure.FACTS
    assert outcome(quotes=2).failure is Failure.CITATION


# Measures, counted by hand


def test_shares():
    # 4 answerable: two right, one refused, one lacks facts. 2 unanswerable: one refused.
    outcomes = [
        outcome(quotes=3, quotes_verified=2),
        outcome(turns=("A?", "B?")),
        outcome(answered=False, confidence=0.2),
        outcome(found=False, turns=("A?", "B?", "C?")),
        outcome(answerable=False, answered=False, confidence=0.1, turns=("A?", "B?")),
        outcome(answerable=False, covered=False),
    ]
    measures = measure(outcomes)
    assert (measures.questions, measures.answerable) == (6, 4)
    assert (measures.facts.value, measures.facts.n) == (2 / 4, 4)
    assert (measures.refused.value, measures.refused.n) == (1 / 2, 2)
    assert (measures.wrongly_refused.value, measures.wrongly_refused.n) == (1 / 4, 4)
    assert (measures.followups.value, measures.followups.n) == (2 / 3, 3)
    assert (measures.citations.value, measures.citations.n) == (5 / 6, 6)  # 2 + 1 + 1 + 1 of 3 + 1 + 1 + 1
    assert (measures.covered.value, measures.covered.n) == (3 / 4, 4)
    # Pairs of an answerable 0.9, 0.9, 0.2, 0.9 with an unanswerable 0.1, 0.9: four wins, one loss, three ties.
    assert measures.auroc.value == pytest.approx((4 + 3 / 2) / 8)
    assert json.loads(json.dumps(measures.to_dict()))["facts"]["n"] == 4


def test_nothing_to_measure_is_none():
    empty = measure([])
    for name in ("facts", "refused", "wrongly_refused", "followups", "citations", "covered", "auroc"):
        estimate = getattr(empty, name)
        assert (estimate.value, estimate.low, estimate.high, estimate.n) == (None, None, None, 0)
    assert (empty.aurc, empty.risk_coverage) == (None, ())
    assert empty.latency == {"p50": None, "p95": None, "p99": None}
    assert measure([outcome()]).auroc.value is None
    assert measure([outcome(answered=False)]).covered.value is None


def test_the_bootstrap_is_that_of_a_binomial():
    # 80 of 100: a resample's share is binomial with deviation sqrt(0.8 * 0.2 / 100) = 0.04, so about 0.72 to 0.88.
    estimate = share([1] * 80 + [0] * 20, [1] * 100)
    assert estimate.value == 0.8
    assert estimate.low == pytest.approx(0.72, abs=0.015) and estimate.high == pytest.approx(0.88, abs=0.015)
    assert estimate == share([1] * 80 + [0] * 20, [1] * 100)
    assert estimate != share([1] * 80 + [0] * 20, [1] * 100, seed=1)
    certain = share([2, 1], [2, 1])
    assert (certain.value, certain.low, certain.high, certain.n) == (1, 1, 1, 3)


def test_units_are_resampled_and_not_their_trials():
    # Ten units, five of 10 hits in 10 and five of none: resampled whole, the share spreads like 10 coins, not 100.
    estimate = share([10] * 5 + [0] * 5, [10] * 10)
    assert estimate.n == 100
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * (0.25 / 10) ** 0.5, abs=0.1)


def test_auroc():
    assert auroc([0.9, 0.8], [0.1]).value == 1
    assert auroc([0.1], [0.9, 0.8]).value == 0
    tied = auroc([0.5, 0.5], [0.5])
    assert (tied.value, tied.low, tied.high, tied.n) == (0.5, 0.5, 0.5, 3)
    # Against 0.2 and 0.6: 0.7 wins twice, 0.4 once, 0.2 ties once: 3.5 of 6.
    estimate = auroc([0.7, 0.4, 0.2], [0.2, 0.6])
    assert estimate.value == pytest.approx(3.5 / 6)
    assert estimate.low <= estimate.value <= estimate.high
    # Half of 100 win and half lose against 0.5: the area is a mean of coins, 0.5 ± 1.96 * 0.05.
    coins = auroc([1.0] * 50 + [0.0] * 50, [0.5] * 10)
    assert (coins.value, coins.low, coins.high) == pytest.approx((0.5, 0.4, 0.6), abs=0.02)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=2, max_size=8), st.data())
def test_auroc_is_the_share_of_pairs_won_with_ties_half(scores, data):
    cut = data.draw(st.integers(1, len(scores) - 1))
    positive, negative = scores[:cut], scores[cut:]
    wins = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    assert auroc(positive, negative, resamples=2).value == pytest.approx(wins / len(positive) / len(negative))


def test_risk_coverage_and_its_area():
    outcomes = [
        outcome(confidence=0.9),
        outcome(confidence=0.8, found=False),
        outcome(confidence=0.8),
        outcome(confidence=0.6, answerable=False),
        outcome(confidence=0.1, answered=False),
    ]
    curve = risk_coverage(outcomes)
    # At 0.9 none of one is wrong, at 0.8 one of three, at 0.6 two of four; the refusal is never an answer.
    assert [(p.threshold, p.coverage, p.risk) for p in curve] == [
        (0.9, 1 / 5, 0),
        (0.8, 3 / 5, 1 / 3),
        (0.6, 4 / 5, 0.5),
    ]
    assert area(curve) == pytest.approx((1 * 0 + 2 / 3 + 1 * 0.5) / 4)
    assert area(()) is None


def test_an_overlong_answer_is_not_a_risk():
    assert risk_coverage([outcome(words=100)])[0].risk == 0


def test_percentiles():
    assert percentiles([0.1, 0.2, 0.3]) == pytest.approx({"p50": 0.2, "p95": 0.29, "p99": 0.298})


def test_topics_in_order_of_appearance():
    topics = by_topic([outcome(topic="b"), outcome(topic="a", found=False), outcome(topic="b", answered=False)])
    assert list(topics) == ["b", "a"]
    assert (topics["b"].facts.value, topics["a"].facts.value) == (0.5, 0)


# Running


class FakeAssistant:
    """Answers by a table; remembers what was asked, conversation by conversation."""

    def __init__(self, answers):
        self.answers, self.chats = answers, []
        self.index = SimpleNamespace(
            manifest={
                "format_version": 1,
                "program": "calcqa 0.0",
                "encoder": {"name": "fake", "sha256": "ab" * 32},
                "counts": {"documents": 1, "sentences": 3},
                "sources": [{"source": "report.md"}],
                "weights": {"left": "out"},
            }
        )

    def chat(self):
        asked = []
        self.chats.append(asked)
        return SimpleNamespace(ask=lambda q: asked.append(q) or self.answers[q])

    def document(self, id):
        return find(id)


XSS = '<script>alert("x")</script> <img src=//evil.example/x.png onerror=alert(1)>'


def evaluation(path=None, progress=None):
    answers = {
        "What grew?": answer(GREW),
        "And then?": answer(SHOWED, asked="What did X-rays then show?"),
        "Which dose?": refusal(),
        XSS: answer(TRIED, asked=XSS, confidence=0.4, text=XSS),
    }
    questions = [
        question(id="a"),
        question(id="b", turns=("What grew?", "And then?"), facts=(("calcif",), (XSS,))),
        question(id="c", turns=("Which dose?",), answerable=False, topic="near-miss"),
        question(id="d", turns=(XSS,), answerable=False, topic="<b>off</b>[red]"),
        question(id="e", turns=("Which dose?",), facts=(("mg",),)),
    ]
    assistant = FakeAssistant(answers)
    return evaluate(assistant, questions, progress, source=path), assistant


def test_asks_every_turn_in_a_fresh_conversation_and_judges_the_last(tmp_path):
    path = write(tmp_path, GOOD)
    told = []
    result, assistant = evaluation(path, lambda *said: told.append(said))
    warm_up, *chats = assistant.chats
    assert warm_up == ["What grew?"]
    assert chats == [["What grew?"], ["What grew?", "And then?"], ["Which dose?"], [XSS], ["Which dose?"]]
    assert told == [("asking", done, 5) for done in range(6)]
    assert [o.failure for o in result.outcomes] == [None, Failure.FACTS, None, Failure.ANSWERED, Failure.REFUSED]
    assert [o.question.id for o in result.failures()] == ["b", "d", "e"]
    assert result.outcomes[1].understood == "What did X-rays then show?"
    assert all(o.latency >= 0 for o in result.outcomes)
    assert result.overall.facts.value == 1 / 3
    assert result.topics["culture"].facts.n == 3
    assert result.question_set == {
        "name": "set.jsonl",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "splits": [""],
    }
    assert result.index["encoder"]["name"] == "fake" and "weights" not in result.index


def test_refuses_to_evaluate_nothing(tmp_path):
    with pytest.raises(InputError, match="no questions"):
        evaluate(FakeAssistant({}), [])
    with pytest.raises(InputError, match="Cannot read"):
        evaluation(tmp_path / "missing.jsonl")


# Bars


def test_bars():
    result, _ = evaluation()
    # facts 1/3, refused 1/2, wrongly refused 1/3, follow-ups 0; the answer to XSS is not its quote and not covered.
    assert check_bars(result, {"facts": 0.3, "refused": 0.5, "wrongly_refused": 0.4, "followups": 0}) == []
    bars = {"wrongly_refused": 0.3, "facts": 0.34, "refused": 0.5, "citations": 0.9, "followups": 0.1}
    assert check_bars(result, bars) == ["wrongly_refused", "facts", "citations", "followups"]
    assert result.overall.auroc.value == pytest.approx((2 + 0.5 + 2) / 6)  # 0.9, 0.9, 0.1 against 0.1, 0.4
    assert check_bars(result, {"auroc": 0.75}) == [] and check_bars(result, {"auroc": 0.76}) == ["auroc"]
    with pytest.raises(InputError, match="no bar 'speed'"):
        check_bars(result, {"speed": 1})


def test_citations_ask_for_cover_too_and_what_was_not_measured_fails():
    bare = evaluate(FakeAssistant({"What grew?": answer(GREW, text=TEXT[slice(*GREW)] + " [1] More.")}), [question()])
    assert bare.overall.citations.value == 1
    assert check_bars(bare, {"citations": 0.5, "refused": 0, "wrongly_refused": 1}) == ["citations", "refused"]


def test_parses_bars():
    assert parse_bar("facts=0.93") == ("facts", 0.93)
    assert parse_bar(" wrongly_refused = .06 ") == ("wrongly_refused", 0.06)
    for nonsense in ("facts", "=0.5", "speed=1", "facts=", "facts=high", "facts=nan", "facts=1.01", "facts=-1", ""):
        with pytest.raises(InputError):
            parse_bar(nonsense)
    assert "wrongly_refused must be at most" in BAR_HELP


# Pages


def test_json_round_trip(tmp_path):
    result, _ = evaluation()
    write_json(result, tmp_path / "new" / "out.json")
    read = json.loads((tmp_path / "new" / "out.json").read_text(encoding="utf-8"))
    assert read == json.loads(json.dumps(result.to_dict()))
    assert read["outcomes"][0]["question"]["facts"] == [["staph"]]
    assert read["outcomes"][1]["failure"] == "facts missing"
    assert read["overall"]["facts"]["value"] == 1 / 3 and read["topics"]["near-miss"]["refused"]["value"] == 1


def test_the_page_escapes_and_fetches_nothing(tmp_path):
    result, _ = evaluation()
    write_html(result, tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page and "<b>off" not in page
    # The question; the answer; and as a fact expected elsewhere.
    assert page.count("&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;") >= 3
    assert not re.search(r"https?://", page)
    assert all(link.startswith("#") for link in re.findall(r'(?:href|src)\s*=\s*"([^"]*)"', page))
    assert all(link.startswith("#") for link in re.findall(r"url\(([^)]*)\)", page))
    assert "@import" not in page and "<link" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_the_page_shows_every_failure_whole(tmp_path):
    result, _ = evaluation()
    write_html(result, tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page.count("<article>") == 3 and "3 of 5 questions" in page
    for said in ("And then?", "What did X-rays then show?", "✓ calcif", "an abstention", "0.400", "a dose, route"):
        assert said in page
    assert page.count("<svg") == 3
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in re.findall(r'href="(#[^"]*)"|url\((#[^)]*)\)', page) for link in link if link} <= set(
        ids
    )


def test_the_page_of_a_perfect_or_silent_program(tmp_path):
    perfect = evaluate(FakeAssistant({"What grew?": answer(GREW)}), [question()])
    silent = evaluate(FakeAssistant({"What grew?": refusal()}), [question()])
    write_html(perfect, tmp_path / "perfect.html")
    write_html(silent, tmp_path / "silent.html")
    assert "<p>None.</p>" in (tmp_path / "perfect.html").read_text(encoding="utf-8")
    assert (tmp_path / "silent.html").read_text(encoding="utf-8").count("<svg") == 2  # no curve without answers


def test_the_table_shows_measures_and_failures_and_no_control_characters():
    result, _ = evaluation()
    hostile = question(id="z\x1b[31m", turns=("Bell\x07 \x1b]0;title\x07?",), answerable=False, topic="x\x1b[2J")
    more = evaluate(FakeAssistant({hostile.turns[0]: answer(GREW)}), [hostile])
    for shown, wanted in (
        (result, ("33.3 %", "<b>off</b>", "Facts missing (1)", "refused (doses)")),
        (more, ("z[31m",)),
    ):
        out = io.StringIO()
        print_table(shown, Console(file=out, width=120))
        assert all(w in out.getvalue() for w in wanted), out.getvalue()
        assert "\x1b" not in out.getvalue() and "\x07" not in out.getvalue()
