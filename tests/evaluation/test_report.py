"""Bars, and the pages and tables that show an evaluation."""

import io
import json
import re

import pytest
from rich.console import Console

from calcqa.errors import InputError
from calcqa.evaluation import (
    BAR_HELP,
    check_bars,
    evaluate,
    parse_bar,
    print_table,
    write_html,
    write_json,
)
from calcqa.evaluation.report import by_word
from helpers.judged import GREW, TEXT, FakeAssistant, answer, evaluation, outcome, question, refusal


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


def test_each_word_of_confidence_is_held_against_what_was_found():
    outcomes = [
        *[outcome(confidence=0.99)] * 3,
        outcome(confidence=0.97, found=False),
        outcome(confidence=0.9, answerable=False),
        outcome(confidence=0.99, answered=False),
    ]
    assert by_word(outcomes) == [("high", 3, 4), ("fair", 0, 1), ("low", 0, 0)]


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
