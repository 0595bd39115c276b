"""Small inputs and the work they make: readings, encoded texts, parser tokens and steps are counted, never seconds."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.assistant import Assistant
from calcqa.config import MAX_QUESTION, ChunkSettings
from calcqa.documents import web_export
from calcqa.documents.base import Part, build
from calcqa.documents.chunking import chunk, contexts, in_context
from calcqa.documents.load import load_export, load_markdown, load_plain
from calcqa.documents.markdown import front_matter, rules
from calcqa.errors import DocumentError, InputError
from calcqa.index.open import open_index
from calcqa.language import questions, sentences, tokens
from calcqa.query import topics as topics_module
from calcqa.query.answer_types import several
from calcqa.query.decomposition import parts
from calcqa.query.rewriting import MOST_READINGS, resolve
from calcqa.query.spelling import Speller, unknown_terms
from calcqa.query.topics import Topics
from calcqa.types import Answer, BlockKind, Document, Section, Turn
from helpers.small import FakeEncoder

BEFORE = "What did the doctors say about the calcium, the phosphorus, the wound culture and the plates of the knee?"
HEADINGS = tuple(f"{word} calcification" for word in ("Dystrophic", "Metastatic", "Tumoral", "Idiopathic"))


def turn(question):
    return Turn(question, question, Answer(question, question, "", None, (), (), 1.0, None))


def readings(follow_up, before=BEFORE, topics=None):
    """The readings of a follow-up, all of them."""
    seen = []
    topics = topics or Topics((HEADINGS,), ("Calcinosis universalis",))
    resolve(follow_up, [turn(before)], topics, lambda t, *_: seen.extend(t) or [0.0] * len(t))
    return seen


# Follow-ups


@pytest.mark.parametrize(
    "follow_up",
    [
        "what is it " * 20,
        "it " * 600,
        "which " * 300,
        "and it, or how many, " * 90,
        "Any in it? " * 150,
        "it's that one, ",
    ],
)
@pytest.mark.parametrize("before", [BEFORE, "calcium " * 250, " ".join(f"w{n} the" for n in range(250))])
def test_a_follow_up_has_a_few_dozen_readings_of_bounded_length(follow_up, before):
    follow_up = follow_up[:MAX_QUESTION].strip()
    found = readings(follow_up, before[:MAX_QUESTION])
    assert 0 < len(found) <= MOST_READINGS
    assert max(map(len, found)) <= MAX_QUESTION + 1
    assert sum(map(len, found[1:])) <= 8_000


def test_headings_and_titles_of_any_number_and_length_make_no_more_readings():
    families = tuple((f"Tumoral {n}", f"Other {n}", "x" * 50_000) for n in range(300))
    topics = Topics(families, ("Calcinosis", "y" * 50_000, *(f"Calcinosis {n}" for n in range(300))))
    for follow_up in ("And tumoral?", "What about it?"):
        found = readings(follow_up, "What is calcinosis 7?", topics)
        assert 0 < len(found) <= MOST_READINGS and max(map(len, found)) <= MAX_QUESTION + 1


def test_a_conversation_does_not_make_questions_longer_and_longer():
    question = "what is it with the plates and the culture, " * 40
    for _ in range(4):
        longest = max(readings("and what about it?", question), key=len)
        assert len(longest) <= MAX_QUESTION
        question = longest


def test_what_tells_headings_apart_is_worked_out_once_for_each(monkeypatch):
    counted = []
    monkeypatch.setattr(topics_module, "stems", lambda t: counted.append(t) or tokens.stems(t))
    family = tuple(f"Kind {n} of it" for n in range(500))
    topics = Topics((family,), ())
    for _ in range(3):
        topics.mentioned("kind 7")
    assert len(counted) == len(family)


def test_a_long_follow_up_costs_a_bounded_number_of_encoded_texts(small_index):
    class Counting(FakeEncoder):
        encoded = 0

        def encode(self, texts):
            self.encoded += len(texts)
            return super().encode(texts)

    encoder = Counting()
    chat = Assistant(open_index(small_index), encoder).chat()
    chat.ask("Which joint hurt?")
    for follow_up in (
        "what is it " * 20,
        "it " * 600,
        "What is it? And how? " * 90,
        "what is it and how is it, " * 70,
    ):
        encoder.encoded = 0
        chat.ask(follow_up[:MAX_QUESTION])
        assert encoder.encoded <= 5 * (MOST_READINGS + 8)  # itself, and four parts at most


# Questions


def test_a_question_has_four_parts_at_most():
    assert len(parts("What is it? " * 4)) == 4
    for question in ("What is it? " * 150, "what is it and how is it, " * 70):
        assert len(parts(question)) == 1


@given(st.lists(st.sampled_from(["what", "Why", "how", "and", "or", "dose", "band", "what,", "\u00e9"]), max_size=9))
def test_several_things_are_told_by_two_question_words_with_and_between(pieces):
    question = " ".join(pieces)
    word = "(?:who|whom|whose|what|which|when|where|why|how)"
    assert several(question) == bool(re.search(rf"\b{word}\b.*\b(?:and|or)\b.*\b{word}\b", question, re.IGNORECASE))


def test_a_question_too_long_is_refused_before_it_is_cleaned(small_index, monkeypatch):
    assistant = Assistant(open_index(small_index), FakeEncoder())
    monkeypatch.setattr(questions, "clean_characters", lambda t: pytest.fail("cleaned in vain"))
    with pytest.raises(InputError, match="200,000 characters"):
        assistant.ask("\u0301" * 200_000)


def test_few_words_of_a_question_are_looked_up_among_all_of_the_documents(monkeypatch):
    speller, walks = Speller([], ["calcification"]), []
    monkeypatch.setattr("calcqa.query.spelling.process.extract", lambda word, *a, **k: walks.append(word) or [])
    letters = "abcdefghijklmnopqrstuvwxyz"
    question = " ".join(a * 3 + b * 4 for a in letters[:10] for b in letters)
    speller.correct(question)
    assert len(walks) == 30
    unknown_terms(question, frozenset(), speller.correct)
    assert len(walks) == 60


# Documents


class Counted(tuple):
    """Sections that count how often they are gone through."""

    times = 0

    def __iter__(self):
        Counted.times += 1
        return super().__iter__()


@pytest.mark.parametrize("number", [50, 400])
def test_headings_are_gone_through_once_however_many_blocks_there_are(number):
    loaded = load_markdown("# T\n\n" + "".join(f"## H{n}\n\nSome words.\n\n" for n in range(number)), "a.md").document
    Counted.times = 0
    document = dataclasses.replace(loaded, sections=Counted(loaded.sections))
    passages = chunk(document, lambda t: len(t.split()), ChunkSettings())
    assert len(passages) == number and Counted.times <= 3
    assert [p.headings for p in passages] == [(f"H{n}",) for n in range(number)]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 30), st.integers(0, 30)), max_size=8), st.integers(-1, 32))
def test_headings_at_a_place_are_those_whose_sections_hold_it(raw, position):
    found = sorted((sorted(ends), level) for level, *ends in raw)
    sections = tuple(Section(f"S{i}", level, *ends) for i, (ends, level) in enumerate(found))
    document = Document("a", "a", "A", "x" * 31, sections)
    assert document.headings_at(position) == tuple(
        s.title for s in sections if s.level > 1 and s.start <= position < s.end
    )


def test_a_heading_as_long_as_a_page_is_a_paragraph():
    loaded = load_markdown("# " + "long " * 300 + "\n\n## " + "wide " * 300 + "\n\nWords.", "my-file.md").document
    assert [s.title for s in loaded.sections] == ["My file"]
    assert loaded.text.count("long") == loaded.text.count("wide") == 300


def test_a_word_of_any_length_is_no_context_for_others():
    for title, pieces, led in (("x" * 5_000, 1, ("", ())), ("Knee", 9, ("Knee", ("Case",)))):
        document = Document("a", "a.md", title, "Case\n\nRest.", (Section("Case", 2, 0, 11),))
        assert contexts(document, lambda t, n=pieces: n, ChunkSettings())(6) == led


class Read(str):
    """A text that counts the characters that are taken from it."""

    taken = 0

    def __getitem__(self, key):
        piece = str.__getitem__(self, key)
        Read.taken += len(piece)
        return piece


def table(number, header="Patient | Hb", caption="Table 1. Counts"):
    rows = [Part(f"B{n} | {n}", BlockKind.ROW, tight=True) for n in range(number)]
    return build("a.md", "T", [Part(caption, BlockKind.CAPTION), Part(header, BlockKind.ROW, 1), *rows]).document


def nested(number, depth=200):
    levels = [n % depth for n in range(number)]
    items = [Part(f"item {n}", BlockKind.ITEM, d, marker="• ", tight=n > 0) for n, d in enumerate(levels)]
    return build("a.md", "T", [Part("These:"), *items]).document


LED = {
    "a header of long words": lambda n: table(n, "x" * 5_000 + " | y"),
    "a header of many columns": lambda n: table(n, "Hb | " * 1_000),
    "a long caption": lambda n: table(n, caption="Counts. " * 1_000),
    "many tables": lambda n: build("a.md", "T", [p for k in range(n // 3) for p in captioned(k)]).document,
    "deep lists": nested,
}


def captioned(number):
    return [
        Part(f"Table {number}", BlockKind.CAPTION, tight=number > 0),
        Part("Patient | Hb", BlockKind.ROW, 1, tight=True),
        Part("B | 2", BlockKind.ROW, tight=True),
    ]


@pytest.mark.parametrize("made", LED.values(), ids=LED)
def test_what_leads_rows_and_items_costs_no_more_than_their_text(made):
    def counted(number):
        document, measured = made(number), []
        document = dataclasses.replace(document, text=Read(document.text))
        assert sum(len(block.context) for block in document.blocks) <= 10 * len(document.blocks)
        settings, Read.taken = ChunkSettings(), 0

        def count(text):
            measured.append(len(text))
            return len(text.split()) + 2

        passages = chunk(document, count, settings)
        led = contexts(document, count, settings)
        encoded = [in_context(*led(s.start), document.text[s.start : s.end]) for p in passages for s in p.sentences]
        assert len(encoded) >= number // 3 and max(len(text.split()) for text in encoded) <= settings.max_pieces
        assert max(map(len, encoded)) <= settings.max_pieces * 20
        assert max(Read.taken, sum(measured)) <= 120 * len(document.text)
        return Read.taken, sum(measured)

    for less, more in zip(counted(1_000), counted(2_000), strict=True):
        assert more <= 2.2 * less


@pytest.mark.parametrize("unit", ["'", '"', "A b. ", "' A. ", "‘a ", "(", "[1] ", "aaaa.1 ", "x"])
def test_twice_the_text_is_twice_the_steps_of_the_splitter(unit, monkeypatch):
    steps = []
    for name in ("_stop", "_ends"):
        made = getattr(sentences, name)
        monkeypatch.setattr(sentences, name, lambda *a, made=made: steps.append(1) or made(*a))

    def taken(length):
        steps.clear()
        sentences.sentence_spans(unit * (length // len(unit)))
        return len(steps)

    assert taken(100_000) <= 2 * taken(50_000) + 10


BOMBS = {
    "quotes": "> ", "lists": "- ", "numbers": "1. ", "mixed": "> - 1. ", "links": "[a](", "open": "[", "images": "![",
    "stars": "*a **b ", "ticks": "` `` ", "tags": "<a ", "tables": "|a|b|\n|-|-|\n|c|\n\n", "items": "- a\n",
    "lazy": "> a\nb\n",
    "heads": "# a\n\nb\n\n", "entities": "&amp;", "references": "[a]: /u\n", "rules": "* * *\n", "code": "```\n",
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_tokens_are_in_proportion_to_the_text(bomb, monkeypatch):
    tokens = []
    parse = rules.MarkdownIt.parse

    def counted(self, source, env=None):
        found = parse(self, source, env)
        tokens.append(len(found) + sum(len(t.children or ()) for t in found))
        return found

    monkeypatch.setattr(rules.MarkdownIt, "parse", counted)
    for size in (3_000, 6_000):
        source = "word\n\n" + bomb * (size // len(bomb))
        try:
            document = load_markdown(source, "a.md").document
            assert len(document.text) <= 3 * len(source)
        except DocumentError as error:
            assert "nested deeper" in str(error)
        assert tokens[-1] <= 3 * len(source)


def test_tables_of_empty_cells_have_no_more_cells_than_are_written():
    wide = "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "|\n" * 300
    full = ("|a" * 30 + "|\n" + "|-" * 30 + "|\n" + ("|b" * 30 + "|\n") * 150) + "\n"
    assert load_markdown(full * 3, "a.md").document.text.count("b") == 13_500
    dashes = "| a | b | c |\n|---|---|---|\n" + "| - | - | - |\n" * 300
    assert load_markdown(dashes, "a.md").document.text.count("- | - | -") == 300
    for text in (wide, "x\n|-\n" + wide, "> " + wide.replace("\n", "\n> ")):
        assert load_markdown(text, "a.md").document.text.count("|") <= text.count("|")


def test_front_matter_is_bounded_and_expands_nothing(monkeypatch):
    aliases = "---\ntitle: T\ntags: &a " + "x" * 5_000 + "\nkeywords: [" + "*a, " * 5_000 + "*a]\nyear: fine\n---\nword"
    loaded = load_markdown(aliases, "a.md")
    assert sum(map(len, loaded.document.metadata.values())) < len(aliases)
    assert [d.reason for d in loaded.dropped if d.text.startswith("keywords: [*a")] == ["nested front matter"]
    monkeypatch.setattr(front_matter.yaml, "compose", lambda *a, **k: pytest.fail("parsed in vain"))
    long = load_markdown("---\ntitle: " + "b " * 60_000 + "\n---\nword", "a.md").document
    assert long.text.count("b ") >= 59_999 and not long.metadata


EXPORTS = {
    "references": "References\n1. one\n" + "x y\n" * 500,
    "captions": "".join(f"Figure 1\nA caption {n}\n" for n in range(500)),
    "paragraphs": "Text\n\n" + "".join(f"Figure 1. a{n}\nb{n}\n" for n in range(500)),
}


@pytest.mark.parametrize("lines", EXPORTS.values(), ids=EXPORTS)
def test_what_goes_on_in_an_export_is_not_copied_again_for_each_line(lines):
    read = web_export._Export([line.strip() for line in lines.split("\n")])
    read.read()
    kept = [*read.body, *read.references, *read.captions.values()]
    assert max(map(len, kept)) >= 500  # a part of many pieces
    assert max(len(piece) for pieces in kept for piece in pieces) < 20


@pytest.mark.parametrize("load", [load_plain, load_export, load_markdown])
def test_a_pile_of_marks_does_not_reach_a_document(load):
    loaded = load("T\n\nA" + "\u0316\u0301" * 100_000 + " word.", "a.md").document
    assert len(loaded.text) < 100
