"""Hostile inputs that know the forms they spoil, and the entry points they are given to; each is made from a number.

An entry point takes a `random.Random` and the world, and lets nothing out but our own errors. What it
returns holds: every passage is the stretch of text it says it is, sentences lie within passages, sections within the
text.
"""

import contextlib
import copy
import csv
import io
import json
import random
import shutil
from pathlib import Path

from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.conversations.transcripts import transcript, turns_from
from calcqa.conversations.verification import verify
from calcqa.documents.chunking import chunk
from calcqa.documents.load import load, load_export, load_markdown, load_plain
from calcqa.documents.records import document_record
from calcqa.errors import CalcqaError
from calcqa.evaluation.datasets import load_dataset
from calcqa.evaluation.datasets.trec import read_run
from calcqa.faq.entries import read_sidecar
from calcqa.index.open import open_index
from calcqa.language.questions import clean_question
from calcqa.query.abbreviations import defined_abbreviations, spell_out
from calcqa.query.answer_types import closed, lacks, negated, several, wanted
from calcqa.query.decomposition import parts
from calcqa.query.leaning import needs_context
from calcqa.query.rewriting import MOST_READINGS, resolve
from calcqa.query.spelling import Speller, unknown_terms
from calcqa.query.topics import Topics
from calcqa.types import Answer, BlockKind, Turn
from helpers import forms
from helpers.paths import REPO
from helpers.small import SMALL_DOCUMENT, SMALL_SIDECAR, FakeEncoder

EXPORT = """Article Type
Changed
Mon, 01/02/2017 - 19:34
Display Headline
Knees in winter
Issue
J Falls - 3(1)
Page Number
4-9
Article Source
J Falls. 2009;3(1):49. © 2009 Nobody.
Legacy Keywords
knees, falls
A man fell on ice.1 He had more than one fracture (Figures 13). It healed.2
• rest for one week
• a splint
Figure 1
The knee after the fall.
References
1. Doe J,Roe R.Knees in winter.J Falls.2009;3(1):6874.
2. Roe R.Ice.
"""

PLAIN = """Left knee

A 52-year-old man came (Dr. Doe's patient). He had fallen on ice e.g. twice: 2.5 mg. of it helped (NSAID).

Three measures were tried:
1. rest for one week
2. a splint, worn
   at night
• physiotherapy

-----
The pain had gone after six weeks; "it never came back", he said.
"""

QUESTIONS = [
    "What did the wound culture grow, and how was it treated?", "And the tumoral type?", "what is it", "Which one?",
    "How many mg of MTX (types I, II and IV) were given?", "Thanks! And how about in adults?",
    "Is it safe to operate?", "Why wasn't she operated on for that one or this?",
    "hypocalcemia vs. hypercalcaemia in jdm pt s/p tx", "And 3?",
]  # fmt: skip

TOKENS = [
    *"[](){}<>*_`~|#>-+.!?:;,\"'\\&=@/", "\n", "\n\n", " ", "    ", "\t", "> ", "- ", "1. ", "10) ", "# ", "###### ",
    "```\n", "~~~\n", "---\n", "...\n", "| a | b |\n|---|---|\n", "|\n", "|-", "![", "](", "[^1]: ", "<!--",
    "<![CDATA[", "</", "&#xE0041;", "&#0;", "&#xD800;", "&amp;", "&a ", "*a ", "!!python/object:x ", "? ", ": ",
    "%YAML 9.9\n", "<<: *a\n", "\\\n", "  \n", "\r", "\r\n", "\0", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff",
    "\u00ad", "\u200b", "\u200c", "\u200d", "\u202e", "\u2066", "\u3164", "\u115f", "\ufe0f", "\U000e0041",
    "\U000e0100", "\u034f", "\u0301", "\u0316" * 40, "\u0f73", "\u0344", "\ud800", "\udfff", "\uffff", "\U0010ffff",
    "\ue000", "\u00a0", "\u2009", "\u3000", "\u2011", "…", "“", "”", "’", "。", "؟", "़", "क्", "می", "한", "\u1100",
    "\u1161", "é", "e\u0301", "ß", "İ", "ı", "ﬁ", "𝟗", "²", "½", "١٢", "😀", "👩\u200d⚕\ufe0f", "1" * 5_000, "9" * 400,
    "-0", "1e999", "0x10", "12:60", "NaN", "2.5", "10–20", "References\n", "Figure 1\n", "Figure 99. ",
    "Copyright © 2009 ", "Display Headline\n", "Issue\n", "Sections\n", "Page Number\n", ".1 ", ".13 ", ",2 ", "al.",
    "J. ", "10.1234/", "https://", "www.", " (ABC)", "Dr. ", "it ", "and ", "or ", "what ", "which ", "is ",
    "that one ", "how many ", "else ", "there ", "types I, ", "what is it ", "a" * 300,
]  # fmt: skip

VALUES = [
    None, True, False, 0, -1, 1, 2.5, 1e308, float("nan"), float("inf"), 10**400, -(10**30), "", " ", "?", "a",
    "é\u0301", "\0", "\ud800", "x" * 3_000, "\u0301" * 300, "(a+)+$", "(" * 200, "a{9999999999}", "[[", [], {}, [[]],
    [None], [""], {"": ""}, {"a": {}}, "../../x", "1" * 30, "٣", "0", "-1", "NaN", "what is it and what is it",
    ["a"] * 200,
]  # fmt: skip

FRAGMENTS = [SMALL_DOCUMENT, EXPORT, PLAIN, (REPO / "README.md").read_text(encoding="utf-8")[:6_000], *QUESTIONS]
_DEEP = "[" * 3_000
LONGEST = 30_000


def spoiled(rng: random.Random, text: str, others=FRAGMENTS) -> str:
    """Return `text` after a few changes of a kind that a form is sensitive to."""
    for _ in range(rng.randint(1, 6)):
        a, b = sorted(rng.randint(0, len(text)) for _ in range(2))
        match rng.randrange(11):
            case 0:  # a stretch, many times
                text = text[:a] + text[a : min(b, a + 200)] * rng.choice((2, 3, 20, 400)) + text[b:]
            case 1:
                text = text[:a] + text[b:]
            case 2 | 3:
                text = text[:a] + rng.choice(TOKENS) + text[a:]
            case 4:
                text = text[:a] + rng.choice(TOKENS) * rng.choice((3, 50, 2_000)) + text[a:]
            case 5:
                other = rng.choice(others)
                c, d = sorted(rng.randint(0, len(other)) for _ in range(2))
                text = text[:a] + other[c:d] + text[b:]
            case 6:  # nested
                prefix = rng.choice(("> ", "- ", "1. ", "  ", "\t", "# ", "| ")) * rng.choice((1, 2, 30, 120))
                text = "\n".join(prefix + line for line in text.split("\n"))
            case 7:
                text = text[:a] + chr(rng.randrange(0x110000)) + text[a:]
            case 8:
                text = text[:a] + "".join(rng.choice(TOKENS) for _ in range(rng.randint(1, 60))) + text[b:]
            case 9:
                text = text[:a] + text[a:b].swapcase() + text[b:]
            case 10:
                text = text[:a]
        text = text[:LONGEST]
    return text


def spoiled_json(rng: random.Random, value) -> str:
    """Return JSON that is nearly `value`: a field gone, of another kind, too large; or no JSON any more."""
    value = json.loads(json.dumps(value))
    for _ in range(rng.randint(1, 3)):
        node = value
        while isinstance(node, dict | list) and node:
            key = rng.choice(list(node) if isinstance(node, dict) else range(len(node)))
            if isinstance(node[key], dict | list) and node[key] and rng.random() < 0.8:
                node = node[key]
                continue
            match rng.randrange(5):
                case 0:
                    del node[key]
                case 1 if isinstance(node[key], str):
                    node[key] = spoiled(rng, node[key])[:4_000]
                case 2 if isinstance(node[key], int) and not isinstance(node[key], bool):
                    node[key] += rng.choice((-(10**9), -1, 1, 10**9, 10**20))
                case _:
                    node[key] = copy.deepcopy(rng.choice(VALUES))
            break
    text = json.dumps(value, ensure_ascii=rng.random() < 0.7)
    match rng.randrange(12):
        case 0:
            text = spoiled(rng, text, others=[text])
        case 1:
            text = text.replace("1", "1" * 5_000, 1)
        case 2:
            text = text.replace('""', _DEEP, 1).replace("null", _DEEP + "]" * len(_DEEP), 1)
    return text


def written(path: Path, text: str, rng: random.Random) -> Path:
    """Write a text, now and then in bytes that are no UTF-8."""
    data = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.05:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.randbytes(3) + data[at:]
    path.write_bytes(data)
    return path


class World:
    """What the entry points share: an index of the invented report, asked with the fake encoder, and a folder."""

    def __init__(self, folder: Path, index: Path) -> None:
        self.folder, self.index_folder = folder, index
        self.assistant = Assistant(open_index(index), FakeEncoder())
        self.index = self.assistant.index
        chat = self.assistant.chat()
        for question in ("Which joint hurt?", "How did it happen?", "Which dose of ibuprofen was given?"):
            chat.ask(question)
        self.turns = chat.turns
        self.transcripts = [transcript(chat.turns, self.index, brief=brief) for brief in (False, True)]
        self.sets = {}
        for form in (forms.folder, forms.beir, forms.trec, forms.squad, forms.table):
            out = folder / form.__name__
            out.mkdir()
            path, corpus = form(out)
            if form is forms.folder:
                shutil.copytree(path, out, dirs_exist_ok=True)
                path = out
            self.sets[form.__name__] = (path, corpus)
        self.report = [json.loads(r) for r in (REPO / "questions" / "report.jsonl").read_text("utf-8").splitlines()[:4]]
        self.document = load_markdown(SMALL_DOCUMENT, "knee.md").document


def sound(document) -> None:
    """Hold every offset that a document and its passages have."""
    text = document.text
    assert text and text == text.strip() and text.encode() and json.dumps(document_record(document)).encode()
    json.dumps(document_record(document), ensure_ascii=False).encode()
    for s in document.sections:
        assert 0 <= s.start < s.end <= len(text) and text[s.start :].startswith(s.title)
    last = 0
    for p in chunk(document, lambda t: len(t) // 4 + 2, ChunkSettings(max_pieces=64)):
        assert last <= p.start < p.end <= len(text) and p.text == text[p.start : p.end]
        assert p.headings == document.headings_at(p.start)
        assert p.sentences and p.sentences[-1].end == p.end
        led = document.block_at(p.start).kind in (BlockKind.ROW, BlockKind.CAPTION)  # a header is no sentence
        assert p.sentences[0].start == p.start or led
        before = p.start
        for s in p.sentences:
            assert before <= s.start < s.end <= p.end
            before = s.end
        last = p.end


# The entry points


def markdown(rng, world):
    """Markdown with front matter."""
    sound(load_markdown(spoiled(rng, rng.choice(FRAGMENTS[:4])), "a.md").document)


def plain(rng, world):
    """Plain text."""
    sound(load_plain(spoiled(rng, PLAIN), "a.txt", title=rng.choice(("", "Left knee"))).document)


def export(rng, world):
    """A publisher's export."""
    sound(load_export(spoiled(rng, EXPORT), "a.txt").document)


def file(rng, world):
    """A file of any name and any bytes."""
    name = rng.choice(("a.md", "b.txt", "c.markdown", "-_-.md", "d\u202e.txt", "e"))
    path = written(world.folder / name, spoiled(rng, rng.choice(FRAGMENTS)), rng)
    loaded = load(path)
    sound(loaded.document)
    json.dumps([(d.text, d.reason) for d in loaded.dropped], ensure_ascii=False).encode()


def question(rng, world):
    """A question, looked at from all sides and asked."""
    text = spoiled(rng, rng.choice(QUESTIONS), QUESTIONS)
    cleaned = clean_question(text[:4_000])
    assert clean_question(cleaned) == cleaned and cleaned.encode() is not None
    for look in (wanted, closed, several, negated, parts):
        look(cleaned)
    lacks(cleaned, cleaned)
    assert len(parts(cleaned)) <= 4
    own = defined_abbreviations([text, EXPORT])
    speller = Speller({"knee"}, {"calcification", "extension", *text.lower().split()[:50]})
    unknown_terms(spell_out(cleaned, own), frozenset({"knee"}), speller.correct)
    answer = world.assistant.ask(text)
    for c in answer.citations:
        assert c.quote == world.index.documents[c.document_id].text[c.start : c.end]


def follow_up(rng, world):
    """A follow-up after a question that is as bad."""
    topics = Topics(
        (("Tumoral type", "Other type", spoiled(rng, "Third type")[:300]),), (spoiled(rng, "Knee")[:200] or "K",)
    )
    before, text = (clean_question(spoiled(rng, rng.choice(QUESTIONS), QUESTIONS)[:2_000]) for _ in range(2))
    turn = Turn(before, before, Answer(before, before, "", None, (), (), 1.0, None))
    counted = []
    if text and before:
        needs_context(text, topics)
        resolve(text, [turn], topics, lambda t, *_: counted.extend(t) or [rng.random() for _ in t])
        assert len(counted) <= MOST_READINGS
    answer = world.assistant.follow_up(text, world.turns[: rng.randint(1, 3)])
    for c in answer.citations:
        assert c.quote == world.index.documents[c.document_id].text[c.start : c.end]


def sidecar(rng, world):
    """FAQ entries of the invented report."""
    lines = [json.dumps(r) for r in SMALL_SIDECAR]
    lines[rng.randrange(len(lines))] = spoiled_json(rng, rng.choice(SMALL_SIDECAR))
    path = written(world.folder / "knee.questions.jsonl", "\n".join(lines), rng)
    for asked in read_sidecar(path, world.document):
        assert all(0 <= s.start < s.end <= len(world.document.text) for s in asked.evidence)


def judged(rng, world):
    """Questions in the form of questions/report.jsonl."""
    lines = [json.dumps(r) for r in world.report]
    lines[rng.randrange(len(lines))] = spoiled_json(rng, rng.choice(world.report))
    load_dataset(written(world.folder / "report.jsonl", "\n".join(lines), rng))


def dialogue(rng, world):
    """A folder of dialogues."""
    record = {
        "id": "a",
        "history": ["Who ran the mill?", "Two sisters did."],
        "question": "Until when did they?",
        "passages": ["The sisters sold the mill in 1911.", "It burned."],
        "answerability": ["ANSWERABLE"],
    }
    folder = world.folder / "dialogue"
    folder.mkdir(exist_ok=True)
    written(folder / "dialogues.jsonl", json.dumps(record) + "\n" + spoiled_json(rng, record | {"id": "b"}), rng)
    load_dataset(folder)


def question_set(rng, world):
    """One file of a set in one of the other forms, spoiled for one load."""
    path, corpus = world.sets[rng.choice(list(world.sets))]
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    chosen = rng.choice(files)
    whole = chosen.read_bytes()
    text = whole.decode()
    try:
        if chosen.suffix == ".jsonl":
            lines = text.splitlines()
            number = rng.randrange(len(lines))
            lines[number] = spoiled_json(rng, json.loads(lines[number]))
            text = "\n".join(lines)
        elif chosen.suffix == ".json":
            text = spoiled_json(rng, json.loads(text))
        elif chosen.suffix == ".csv" and rng.random() < 0.5:
            rows = list(csv.reader(io.StringIO(text, newline="")))
            row = rng.choice(rows)
            row[rng.randrange(len(row))] = spoiled(rng, rng.choice(row))[:3_000]
            out = io.StringIO(newline="")
            csv.writer(out).writerows(rows)
            text = out.getvalue()
        else:
            text = spoiled(rng, text, [text])
        written(chosen, text, rng)
        for query in load_dataset(path, corpus).queries:
            json.dumps([query.id, query.turns, query.answers], ensure_ascii=False).encode()
    finally:
        chosen.write_bytes(whole)


def run(rng, world):
    """Somebody's ranking."""
    text = "".join(f"q{n} Q0 d{m} {m} {1 / m:.3f} x\n" for n in range(3) for m in range(1, 4))
    read_run(written(world.folder / "some.run", spoiled(rng, text, [text]), rng))


def conversation(rng, world):
    """A transcript, restored and verified."""
    try:
        data = json.loads(spoiled_json(rng, rng.choice(world.transcripts)))
    except (ValueError, RecursionError):  # whoever reads the file sees to what is no JSON
        return
    with contextlib.suppress(CalcqaError):
        verify(data, world.index)
    turns = turns_from(data, world.index)
    transcript(turns, world.index)


def manifest(rng, world):
    """The manifest of an index."""
    path = world.index_folder / "manifest.json"
    whole = path.read_bytes()
    try:
        written(path, spoiled_json(rng, json.loads(whole)), rng)
        open_index(world.index_folder)
    finally:
        path.write_bytes(whole)


ENTRY_POINTS = {
    entry.__name__: entry
    for entry in (
        markdown,
        plain,
        export,
        file,
        question,
        follow_up,
        sidecar,
        judged,
        dialogue,
        question_set,
        run,
        conversation,
        manifest,
    )
}


def tried(entry: str, number: int, world: World) -> bool:
    """Give input `number` to an entry point; return whether it was taken, or refused by an error of ours."""
    try:
        ENTRY_POINTS[entry](random.Random(f"{entry} {number}"), world)
    except CalcqaError:
        return False
    return True
