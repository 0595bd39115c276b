"""Evaluation: question sets in, measures with intervals out, and pages that show every failure.

    questions.py    a file of judged questions → checked values
    runner.py       an assistant and questions → outcomes → Evaluation
    measures.py     outcomes → shares, intervals, curves; pure
    bars.py         an evaluation against what was promised
    report.py       an evaluation → JSON, HTML, terminal

    sets/           sets of other forms → texts, questions, and what is known of right answers
    collection.py   texts → a temporary index; ids and gold evidence there
    examining.py    a collection and questions → answers, rankings, and what would be said if something had to be
    scoring.py      a question and its answer → a record, by spans.py (EM, F1) and ranking.py (nDCG and its kind)
    summary.py      records → measures; pure
    runs.py         a run on disk: written line by line, taken up again, read
    run_report.py   a run, or two compared → HTML, terminal
    comparing.py    two runs → differences, how sure they are, and the questions that changed; pure
    evaluating.py   all of these in order

    estimates.py    shares, areas, curves with their intervals; pure
    plots.py        numbers → SVG

It asks through the same front door as everybody else and knows nothing of how answers are found. What is heavy
(matplotlib, scikit-learn, jinja2, ir_measures) is imported when it is used.
"""

from __future__ import annotations

from calcqa.evaluation.bars import BAR_HELP, check_bars, check_run_bars, parse_bar
from calcqa.evaluation.estimates import Estimate
from calcqa.evaluation.measures import Failure, Measures, Outcome, measure
from calcqa.evaluation.questions import JudgedQuestion, load_questions
from calcqa.evaluation.report import print_table, write_html, write_json
from calcqa.evaluation.runner import Evaluation, evaluate, judge

__all__ = [
    "BAR_HELP",
    "Estimate",
    "Evaluation",
    "Failure",
    "JudgedQuestion",
    "Measures",
    "Outcome",
    "check_bars",
    "check_run_bars",
    "evaluate",
    "judge",
    "load_questions",
    "measure",
    "parse_bar",
    "print_table",
    "write_html",
    "write_json",
]
