"""The page and the tables that show a run, and a comparison."""

import io
import re

import pytest
from rich.console import Console

from calcqa.evaluation import summarise
from calcqa.evaluation.compare import compare
from calcqa.evaluation.outcomes import Outcome
from calcqa.evaluation.report.numbers import by_word
from calcqa.evaluation.report.page import render_page
from calcqa.evaluation.report.tables import print_comparison, print_run
from calcqa.evaluation.summary import Evaluation
from helpers.judged import GREW, XSS, answer, evaluation, outcome, question, refusal


def hostile(**more):
    values = {"answered": True, "text": XSS, "understood": XSS, "reason": XSS, "ranking": (XSS,), "would": False}
    values |= {"turns": (XSS, XSS), "topic": XSS, "answerable": True, "expected": (XSS,), "confidence": 0.5}
    values |= {"unanswerable": XSS}
    return Outcome(**({"id": XSS, "scores": {"right": (0.0, 1.0), "answered": (1.0, 1.0)}} | values | more))


def run_of(*outcomes, **settings):
    return Evaluation({"set": {"name": XSS}} | settings, outcomes, summarise(outcomes))


def printed(run):
    out = io.StringIO()
    print_run(run, Console(file=out, width=120))
    return out.getvalue()


@pytest.fixture(params=["facts", "answers"])
def hostile_run(request):
    """A run in which every text of others is hostile, of a dataset with facts and of another."""
    if request.param == "facts":
        return evaluation()
    return run_of(hostile(), hostile(id="b", topic="y", answerable=False), options={"split": XSS})


def test_the_page_escapes_and_fetches_nothing(hostile_run):
    page = render_page(hostile_run)
    assert "<script" not in page and "<img" not in page and "<b>off" not in page
    # The question; the answer; and what was expected elsewhere.
    assert page.count("&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;") >= 3
    assert not re.search(r"https?://", page)
    assert all(link.startswith("#") for link in re.findall(r'(?:href|src)\s*=\s*"([^"]*)"', page))
    assert all(link.startswith("#") for link in re.findall(r"url\(([^)]*)\)", page))
    assert "@import" not in page and "<link" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids)) and page.count("<svg") == 3
    named = {link for pair in re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', page) for link in pair if link}
    assert named <= set(ids)


def test_the_page_shows_every_failure_whole():
    page = render_page(evaluation())
    assert page.count("<article>") == 3 and "3 of 5 questions" in page
    for shown in ("And then?", "What did X-rays then show?", "✓ calcif", "an abstention", "0.400", "a dose, route"):
        assert shown in page


def test_the_page_shows_the_first_failures_and_says_how_many():
    page = render_page(run_of(*(hostile(id=str(i), topic="") for i in range(250))))
    assert page.count("<article>") == 200 and "250 of 250 questions; the first 200 below" in page


def test_the_page_of_a_perfect_or_silent_program():
    perfect = render_page(evaluation((question(), answer(GREW))))
    silent = render_page(evaluation((question(), refusal())))
    assert "<p>None of which it is known.</p>" in perfect and "<article>" not in perfect
    assert silent.count("<svg") == 2  # no curve without answers


def test_each_word_of_confidence_is_compared_with_what_was_right():
    outcomes = [
        *[outcome(confidence=0.99)] * 3,
        outcome(confidence=0.97, found=False),
        outcome(confidence=0.9, answerable=False),
        outcome(confidence=0.99, answered=False),
    ]
    assert by_word(outcomes) == [("high", 3, 4), ("fair", 0, 1), ("low", 0, 0)]


def test_the_table_shows_measures_topics_and_failures():
    shown = printed(evaluation())
    for text in ("33.3 %", "<b>off</b>", "Facts missing (1)", "refused (doses)", "missing: <script>", "near-miss"):
        assert text in shown
    assert "Right " not in shown and "Answered " not in shown  # facts and refusals say it, each for itself
    other = printed(run_of(hostile(id="a"), hostile(id="b", topic="y", would=True, scores={"right": (1.0, 1.0)})))
    assert "Right " in other and "50.0 %" in other and "Wrong answer (1)" in other


def test_many_failures_are_counted():
    shown = printed(run_of(*(hostile(id=f"n{i}", topic="") for i in range(130))))
    assert "n99 " in shown and "n100 " not in shown and "and 30 more" in shown


def test_tables_show_no_control_characters():
    bad = hostile(id="z\x1b[31m", turns=("Bell\x07 \x1b]0;title\x07?",), topic="x\x1b[2J", text="\x1b[2Jsaid")
    other = hostile(id="b", topic="y")
    shown = printed(run_of(bad, other))
    out = io.StringIO()
    right = {"right": (1.0, 1.0), "answered": (1.0, 1.0)}
    better = [{**bad.to_dict(), "scores": right}, other.to_dict()]
    print_comparison(compare([bad.to_dict(), other.to_dict()], better), Console(file=out, width=120))
    compared = out.getvalue()
    assert "\x1b" not in shown + compared and "\x07" not in shown + compared and "z[31m" in shown
    for text in ("Won by B (1, by right)", "2 questions in both", "+50.0", "Bell"):
        assert text in compared
