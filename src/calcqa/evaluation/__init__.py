"""Evaluation: datasets in, measures with intervals out, and a page that shows the failures.

    datasets/       datasets of many forms → texts, queries, and what is known of right answers
    collection.py   texts → a temporary index; ids and gold evidence there
    asking.py       a collection and queries → answers, rankings, and what would be answered if something had to be
    judging.py      a query and its answer → an outcome
    outcomes.py     what a run keeps of one question
    measures/       exact match and F1, rankings, shares and areas with their intervals
    summary.py      outcomes → all measures, held against bars
    runs.py         a run on disk: written line by line, continued, read
    report/         a run, or two compared → HTML, terminal
    compare.py      two runs → differences, how sure they are, and the questions that changed
    pipeline.py     all of these in order
    fit.py          questions of a development set → weights
    caching.py      models that do each piece of work once

It asks through the assistant, as everybody does, and knows nothing of how answers are found. What is heavy (matplotlib,
scikit-learn, jinja2, ir_measures) is imported when it is used.
"""

from __future__ import annotations

from calcqa.evaluation.datasets import Dataset, Query, load_dataset
from calcqa.evaluation.datasets.report import load_questions
from calcqa.evaluation.judging import judge
from calcqa.evaluation.measures.estimates import Estimate
from calcqa.evaluation.outcomes import Failure, Outcome
from calcqa.evaluation.pipeline import Options, evaluate, score_run
from calcqa.evaluation.summary import Evaluation, Summary, missed_bars, parse_bar, summarise

__all__ = [
    "Dataset",
    "Estimate",
    "Evaluation",
    "Failure",
    "Options",
    "Outcome",
    "Query",
    "Summary",
    "evaluate",
    "judge",
    "load_dataset",
    "load_questions",
    "missed_bars",
    "parse_bar",
    "score_run",
    "summarise",
]
