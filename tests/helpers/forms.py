"""The invented set of tests/benchmarks/slices/, a folder of our own form, written in the other forms that calcqa reads.

Five reports, nine questions they answer and three they do not, some of them in other words than the reports', so that
only vectors find what is asked for; nothing in it was taken from anywhere. Every form says
as much of it as it can: BEIR and TREC know which report is relevant, and nothing of answers.
"""

import csv
import json
import shutil
from itertools import groupby

from helpers.paths import REPO

INVENTED = REPO / "tests" / "benchmarks" / "slices"


def _read(name):
    return [json.loads(line) for line in (INVENTED / name).read_text(encoding="utf-8").splitlines()]


def _write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def _judged():
    return [q for q in _read("questions.jsonl") if q["answerable"]]


def folder(out):
    """Our own form, as it lies in the repository."""
    return INVENTED, None


def beir(out):
    """A BEIR folder; the same corpus, hence the same index."""
    _write(out / "queries.jsonl", [json.dumps({"_id": q["_id"], "text": q["question"]}) for q in _judged()])
    judgements = [f"{q['_id']}\t{q['source_doc']}\t1" for q in _judged()]
    _write(out / "qrels" / "test.tsv", ["query-id\tcorpus-id\tscore", *judgements])
    shutil.copy(INVENTED / "corpus.jsonl", out)
    return out, None


def trec(out):
    """Topics and judgements; the corpus is named."""
    _write(out / "topics.tsv", [f"{q['_id']}\t{q['question']}" for q in _judged()])
    _write(out / "invented.qrels", [f"{q['_id']} 0 {q['source_doc']} 1" for q in _judged()])
    return out, [INVENTED / "corpus.jsonl"]


def squad(out):
    """SQuAD 2.0's JSON, a paragraph a report."""
    texts = {t["_id"]: t for t in _read("corpus.jsonl")}
    articles = []
    for id, asked in groupby(_read("questions.jsonl"), lambda q: q["source_doc"]):
        qas = [
            {
                "id": q["_id"],
                "question": q["question"],
                "is_impossible": not q["answerable"],
                "answers": [{"text": a["text"], "answer_start": a["start"]} for a in q["answers"]],
            }
            for q in asked
        ]
        paragraph = {"context": texts[id]["text"], "qas": qas}
        articles.append({"title": texts[id]["title"], "paragraphs": [paragraph]})
    path = out / "invented.json"
    _write(path, [json.dumps({"version": "v2.0", "data": articles})])
    return path, None


def table(out):
    """A CSV, asked of the reports as Markdown files."""
    for text in _read("corpus.jsonl"):
        _write(out / "reports" / f"{text['_id']}.md", [f"# {text['title']}", "", text["text"]])
    with (out / "invented.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "answer", "document", "answerable"])
        for q in _read("questions.jsonl"):
            answer = "|".join(a["text"] for a in q["answers"])
            writer.writerow([q["question"], answer, f"{q['source_doc']}.md", "yes" if q["answerable"] else "no"])
    return out / "invented.csv", [out / "reports"]
