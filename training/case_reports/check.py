"""Checks a file of the set as a whole, and counts it.

    python -m training.case_reports.check CORPUS questions/case-reports/dev.jsonl

Held: every offset inside its text and every text the one that was read; facts inside the evidence; no long run of words
shared with it; evidence located again in the cleaned and chunked text; ids and questions that differ. Counted: shares
of each kind, and how well a classifier that sees only the question tells answerable from not (AUROC, in five parts by
report): where it can, near misses are written wrong. Exit code 1 where something is not held.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from calcqa.types import text_hash
from training.case_reports.items import shared_run, stands
from training.case_reports.reports import make_report
from training.case_reports.texts import read_corpus, read_items
from training.telling import tell

Item = dict[str, Any]
_COUNTED = ("answerable", "register", "kind", "section_kind", "near_miss", "leans", "writer", "second_reader", "hard")


def problems_of(item: Item, text: str) -> list[str]:
    """Return what is wrong with an item by itself."""
    if item["text_sha256"] != text_hash(text):
        return ["is of another text"]
    problems = []
    groups = item.get("evidence", [])
    stretches = [span for group in groups for span in group] + item.get("tempting", [])
    if any(not 0 <= start < end <= len(text) for start, end in stretches):
        return ["has an offset outside its text"]
    outside = (fact for fact in item["facts"] if not stands(fact, groups, text))
    problems += [f"has the fact {fact} outside its evidence" for fact in outside]
    problems += [f"copies {run!r}" for a, b in stretches if (run := shared_run(item["turns"][-1], text[a:b]))]
    if item["answerable"] != bool(groups) or item["answerable"] != bool(item["facts"]):
        problems.append("is answerable without evidence and facts, or has them and is not")
    return problems


def repeated(items: Sequence[Item]) -> list[str]:
    """Return the ids of items whose turns another item of the same report has, but for case and signs."""
    seen: dict[tuple[str, ...], str] = {}
    result = []
    for item in items:
        key = (item["document"], *(" ".join(re.findall(r"\w+", turn.lower())) for turn in item["turns"]))
        if key in seen:
            result.append(item["id"])
        seen[key] = item["id"]
    return result


def told_by_the_question(items: Sequence[Item]) -> float:
    """Return the AUROC of a classifier of words and letters that sees single questions alone."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline, make_union

    single = [item for item in items if len(item["turns"]) == 1]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True)
    model = make_pipeline(make_union(words, letters), LogisticRegression(C=2.0, max_iter=2000))
    labels = [item["answerable"] for item in single]
    groups, texts = [item["document"] for item in single], [item["turns"][0] for item in single]
    chances = cross_val_predict(model, texts, labels, groups=groups, cv=GroupKFold(5), method="predict_proba")[:, 1]
    return float(roc_auc_score(labels, chances))


def main() -> None:
    """Check a file and print what it has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    given = parser.parse_args()
    texts, items = read_corpus(given.corpus), read_items(given.questions)
    problems = [f"{item['id']} {problem}" for item in items for problem in problems_of(item, texts[item["document"]])]
    problems += [f"{id} is asked twice" for id in repeated(items)]  # noqa: A001
    problems += [f"{id} is there twice" for id, n in Counter(item["id"] for item in items).items() if n > 1]  # noqa: A001
    for document in dict.fromkeys(item["document"] for item in items):
        own = [item for item in items if item["document"] == document]
        try:
            make_report(document, texts[document], own, lambda text: len(text.split()))
        except ValueError as error:
            problems.append(str(error))
    tell(*problems, sep="\n")
    for name in _COUNTED:
        counts = Counter(str(item.get(name, "")) for item in items)
        tell(f"{name:14}", ", ".join(f"{value or '-'} {count}" for value, count in counts.most_common()))
    several = sum(len(item.get("evidence", [])) > 1 for item in items)
    tell(f"{'groups':14} {several} questions need several")
    tell(f"{'question only':14} AUROC {told_by_the_question(items):.3f}")
    raise SystemExit(1 if problems else 0)


if __name__ == "__main__":
    main()
