"""Evaluation: question sets in, measures with intervals out, and pages that show every failure.

    questions.py   a file of judged questions → checked values
    runner.py      an assistant and questions → outcomes → Evaluation
    measures.py    outcomes → shares, intervals, curves; pure
    bars.py        an evaluation against what was promised
    plots.py       measures → SVG
    report.py      an evaluation → JSON, HTML, terminal

It asks through the same front door as everybody else and knows nothing of how answers are found. What is heavy
(matplotlib, scikit-learn, jinja2) is imported when it is used.
"""

from __future__ import annotations

from calcqa.evaluation.bars import BAR_HELP, check_bars, parse_bar
from calcqa.evaluation.measures import Estimate, Failure, Measures, Outcome, measure
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
    "evaluate",
    "judge",
    "load_questions",
    "measure",
    "parse_bar",
    "print_table",
    "write_html",
    "write_json",
]
