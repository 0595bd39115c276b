"""Cutting into passages: offsets, nothing lost, nothing twice, nothing too long, and what must stay together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcqa.config import ChunkSettings
from calcqa.documents.base import Part, build, heading
from calcqa.documents.chunking import chunk, contexts, in_context
from calcqa.documents.load import load, load_markdown
from calcqa.language.tokens import count_tokens
from calcqa.types import BlockKind, Document, Place, Span
from helpers.paths import EDITION


def count(text):
    return len(text.split()) + 2


def cut(document, pieces=256, counter=count, tokens=0):
    return chunk(document, counter, ChunkSettings(max_pieces=pieces, max_tokens=tokens))


def sentence_texts(passage, document):
    return [document.text[s.start : s.end] for s in passage.sentences]


def matter(document):
    """Return the positions of what must be found in a passage: all but space, headings, references, lists' markers."""
    positions = {i for i, c in enumerate(document.text) if not c.isspace()}
    for section in document.sections:
        positions -= set(range(section.start, section.start + len(section.title)))
    for mark in document.references:
        positions -= set(range(mark.start, mark.end))
    return positions - {i for block in document.blocks for i in range(block.start, block.start + block.marker)}


def labels(document):
    """Return the positions of the headers and captions of the tables that `TABLE` makes, and the spaces behind them."""
    blocks = [b for b in document.blocks if b.level and b.kind is BlockKind.ROW or b.kind is BlockKind.CAPTION]
    return {i for b in blocks for i in range(b.start, b.end + 2)}


def assert_sound(document, passages, pieces, counter=count):
    text = document.text
    in_passages, in_sentences = [], []
    previous = 0
    for passage in passages:
        assert passage.document_id == document.id
        assert passage.id == f"{document.id}:{passage.start}-{passage.end}"
        assert previous <= passage.start < passage.end <= len(text)
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert passage.headings == document.headings_at(passage.start)
        led = contexts(document, counter, ChunkSettings(max_pieces=pieces))
        for start, end in [(passage.start, passage.end), *((s.start, s.end) for s in passage.sentences)]:
            assert counter(in_context(*led(start), text[start:end])) <= pieces
        assert passage.sentences[-1].end == passage.end
        assert set(range(passage.start, passage.sentences[0].start)) <= labels(document)
        inside = passage.start
        for sentence in passage.sentences:
            assert inside <= sentence.start < sentence.end <= passage.end
            inside = sentence.end
            in_sentences += range(sentence.start, sentence.end)
        in_passages += range(passage.start, passage.end)
        previous = passage.end
    assert len(in_passages) == len(set(in_passages)) and len(in_sentences) == len(set(in_sentences))
    wanted = matter(document) - labels(document)
    assert wanted <= set(in_passages) and wanted <= set(in_sentences)
    headings = {i for s in document.sections for i in range(s.start, s.start + len(s.title))}
    assert not headings & set(in_passages)


WORDS = st.sampled_from(
    "knee the of Calcium 30% X-ray (Figure 1) p.m. e.g. 2.5 fascia; nodules, naïve 漢字 😀 • 1. [2]".split()
)
SENTENCE = st.builds(
    lambda w, end: " ".join(w) + end, st.lists(WORDS, min_size=1, max_size=25), st.sampled_from(".?!:;")
)
PARAGRAPH = st.builds(" ".join, st.lists(SENTENCE, min_size=1, max_size=6)) | st.text(max_size=60)
ITEM = st.sampled_from(["• ", "1. ", "12. "])
LIST = st.builds(
    lambda m, items: [Part(i, BlockKind.ITEM, marker=m, tight=n > 0) for n, i in enumerate(items)],
    ITEM,
    st.lists(SENTENCE, min_size=1, max_size=12),
)
TABLE = st.builds(
    lambda caption, names, rows: [
        *([Part(caption, BlockKind.CAPTION)] if caption else []),
        Part(" | ".join(names), BlockKind.ROW, 1),
        *(Part(" | ".join(row), BlockKind.ROW, tight=True) for row in rows),
    ],
    st.sampled_from(
        ["", "Table 1. Counts by patient", "Counts and doses of all patients of the ward by day and by hour"]
    ),
    st.lists(st.sampled_from(["Patient", "Hb (g/dL)", "Platelets (10^9/L)", "Drug"]), min_size=1, max_size=5),
    st.lists(
        st.lists(SENTENCE | st.sampled_from(["B07", "9.1", "210"]), min_size=1, max_size=4), min_size=1, max_size=8
    ),
)
TITLE = st.sampled_from(["References", "Management", "Classification", "Knee (left)"])
PARTS = (
    st.builds(lambda *a: [heading(*a)], TITLE, st.integers(2, 4))
    | PARAGRAPH.map(lambda text: [Part(text)])
    | LIST
    | TABLE
)
DOCUMENT = (
    st.lists(PARTS, max_size=10)
    .map(lambda lists: [Part("There is something."), *(part for parts in lists for part in parts)])
    .map(lambda parts: build("any.md", "Any title", parts).document)
)


@given(DOCUMENT, st.integers(16, 120))
def test_any_document_is_cut_soundly(document, pieces):
    assert_sound(document, cut(document, pieces), pieces)


@pytest.mark.models
@given(document=DOCUMENT, pieces=st.sampled_from([32, 64, 256]))
@settings(max_examples=40)
def test_any_document_is_cut_soundly_by_the_real_tokeniser(real_encoder, document, pieces):
    assert_sound(document, cut(document, pieces, real_encoder.count), pieces, real_encoder.count)


@pytest.mark.models
@pytest.mark.parametrize("pieces", [48, 128, 256])
def test_the_edition_is_cut_soundly(real_encoder, pieces):
    document = load(EDITION).document
    passages = cut(document, pieces, real_encoder.count)
    assert_sound(document, passages, pieces, real_encoder.count)
    if pieces == real_encoder.window:  # no paragraph of it is too long, so each is one passage
        assert len(passages) == len(cut(document, 10_000))


def test_a_paragraph_is_a_passage_with_its_sentences():
    document = load_markdown("# T\n\n## S\n\nOne thing. Another.\n\nA third thing.\n", "t.md").document
    passages = cut(document)
    assert [p.text for p in passages] == ["One thing. Another.", "A third thing."]
    assert [p.headings for p in passages] == [("S",), ("S",)]
    assert sentence_texts(passages[0], document) == ["One thing.", "Another."]


def test_a_list_joins_its_lead_in():
    text = "# T\n\nBefore it.\n\nOf these there are two:\n\n- one\n- the other\n\nAfter it.\n"
    document = load_markdown(text, "t.md").document
    passages = cut(document)
    assert [p.text for p in passages] == ["Before it.", "Of these there are two:\n\n• one\n• the other", "After it."]
    assert sentence_texts(passages[1], document) == ["Of these there are two:", "one", "the other"]


def test_a_lead_in_without_a_list_stays():
    document = load_markdown(
        "# T\n\nOf these there are two:\n\n## S\n\nOne. Two.\n\nThe last words:\n", "t.md"
    ).document
    assert [p.text for p in cut(document)] == ["Of these there are two:", "One. Two.", "The last words:"]


def test_a_list_of_its_own_is_a_passage():
    document = load_markdown("# T\n\n## Plan\n\n1. rest\n2. a splint\n", "t.md").document
    (passage,) = cut(document)
    assert passage.text == "rest\n2. a splint"
    assert sentence_texts(passage, document) == ["rest", "a splint"]


def test_a_long_list_is_split_between_its_items():
    items = [f"item number {i} of the list" for i in range(20)]
    listed = [Part(item, BlockKind.ITEM, marker="• ", tight=n > 0) for n, item in enumerate(items)]
    document = build("t.md", "T", [Part("The items:"), *listed]).document
    passages = cut(document, 40)
    assert len(passages) > 1
    assert [s for p in passages for s in sentence_texts(p, document)] == ["The items:", *items]
    assert passages[0].text.startswith("The items:")
    assert_sound(document, passages, 40)


def test_a_long_paragraph_is_split_between_its_sentences_and_not_sooner_than_needed():
    sentences = [f"Sentence {'abcdefghij'[i]} has exactly seven words here." for i in range(10)]
    document = build("t.md", "T", [Part(" ".join(sentences))]).document
    passages = cut(document, 3 + 7 * 4)  # the title and the two special tokens, and four sentences
    assert [sentence_texts(p, document) for p in passages] == [sentences[:4], sentences[4:8], sentences[8:]]


def test_an_overlong_sentence_is_divided_at_clauses_and_nothing_is_lost():
    sentence = "It began, " + " ".join(f"then came number{i}," for i in range(60)) + " and it ended."
    document = build("t.md", "T", [Part("Short one. " + sentence)]).document
    passages = cut(document, 30)
    assert_sound(document, passages, 30)
    pieces = [s for p in passages for s in sentence_texts(p, document)]
    assert pieces[0] == "Short one."
    assert " ".join(pieces[1:]) == sentence


def test_an_endless_word_is_divided_and_nothing_is_lost():
    document = build("t.md", "T", [Part("x" * 1000)]).document
    passages = cut(document, 64, len)
    assert_sound(document, passages, 64, len)
    assert "".join(p.text for p in passages) == "x" * 1000


def test_the_work_grows_with_the_length_of_a_sentence_and_not_with_its_square():
    def work(words):
        counted = []
        document = build("t.md", "T", [Part("word " * words)]).document
        cut(document, 32, lambda text: counted.append(len(text)) or count(text))
        return sum(counted)

    assert work(4000) < 6 * work(1000)


def test_the_work_grows_with_the_length_of_an_endless_word_and_not_with_its_square():
    def work(characters):
        counted = []
        document = build("t.md", "T", [Part("漢" * characters)]).document
        passages = cut(document, 32, lambda text: counted.append(len(text)) or len(text))
        assert "".join(p.text for p in passages) == "漢" * characters
        return sum(counted)

    assert work(4000) < 6 * work(1000)


def test_an_endless_word_among_others_is_divided_into_pieces_as_long_as_can_be():
    document = build("t.md", "T", [Part("short " + "x" * 100 + " end, and more")]).document
    passages = cut(document, 33, len)  # the title, and thirty characters
    assert [p.text for p in passages] == ["short", "x" * 30, "x" * 30, "x" * 30, "x" * 10 + " end, and more"]
    assert_sound(document, passages, 33, len)


def test_headings_longer_than_the_window_neither_crumble_the_text_nor_make_passages_longer():
    parts = [heading("Sub " * 60, 2), Part("One sentence. Another one.")]
    document = build("t.md", "T", parts).document
    passages = cut(document, 40)
    assert [s for p in passages for s in sentence_texts(p, document)] == ["One sentence.", "Another one."]
    assert [p.headings for p in passages] == [document.headings_at(p.start) for p in passages]
    led = contexts(document, count, ChunkSettings(max_pieces=40))
    assert max(count(in_context(*led(p.start), p.text)) for p in passages) <= 40


def test_a_title_longer_than_the_window_does_not_crumble_the_text_either():
    for title, led in (("Title " * 60, ("", ())), ("Title", ("Title", ("Plan",)))):
        document = build("t.md", title, [heading("Plan", 2), Part("One sentence. Another one.")]).document
        assert [p.text for p in cut(document, 40)] == ["One sentence. Another one."]
        assert contexts(document, count, ChunkSettings(max_pieces=40))(len(document.text) - 1) == led


def test_references_are_whole():
    references = [
        "Doe J, Roe R, et al. Knees in winter. J Falls. 2009;3(1):4–9.",
        "Roe R. A second title? With a question. Ann Ice. 2010;4(2):11–12.",
    ]
    text = "# T\n\n## References\n\n" + "".join(f"{i}. {r}\n" for i, r in enumerate(references, 1))
    document = load_markdown(text, "t.md").document
    assert sentence_texts(cut(document)[0], document) == references


def test_items_of_other_lists_are_cut_into_sentences():
    document = load_markdown("# T\n\n## Plan\n\n1. Rest first. Then walk.\n2. A splint.\n", "t.md").document
    assert sentence_texts(cut(document)[0], document) == ["Rest first.", "Then walk.", "A splint."]


@pytest.mark.parametrize("tokens", [12, 30])
def test_the_budget_in_tokens_is_kept(tokens):
    sentence = "The calcification of soft tissue is seen in muscle and fascia, and in the skin of the elbow."
    document = build("t.md", "T", [Part(" ".join([sentence] * 5))]).document
    passages = cut(document, 10_000, tokens=tokens)
    assert max(count_tokens(p.text) for p in passages) <= tokens
    assert_sound(document, passages, 10_000)
    assert len(passages) > 1


def test_sizes_count_the_headings_too():
    document = build("t.md", "T", [heading("one two three four five", 2), Part("Six seven. Eight nine.")]).document
    assert [p.text for p in cut(document, 12)] == ["Six seven. Eight nine."]  # 1 + 5 + 4 words and 2 special tokens
    assert [p.text for p in cut(document, 11)] == ["Six seven.", "Eight nine."]


def test_a_title_made_of_the_file_s_name_is_no_context():
    for title, led in ((None, ""), ("Left knee 2", "Left knee 2")):
        document = build("left-knee_2.md", title, [heading("Plan", 2), Part("Rest.")]).document
        assert document.title == "Left knee 2"
        assert contexts(document, count, ChunkSettings())(document.text.index("Rest.")) == (led, ("Plan",))


def test_context_is_the_title_and_the_headings_each_once():
    assert in_context("Knee", ("Plan", "Rest"), "A week.") == "Knee. Plan. Rest. A week."
    assert in_context("Knee", ("Knee", "Plan"), "A week.") == "Knee. Plan. A week."
    assert in_context("", (), "A week.") == "A week."


def test_a_table_joins_its_caption_and_each_row_is_whole():
    rows = [Part("Drug | Dose", BlockKind.ROW, 1), Part("Aspirin | 75 mg. Once.", BlockKind.ROW, tight=True)]
    parts = [Part("Before it."), Part("Table 1: What was given.", BlockKind.CAPTION), *rows, Part("After it.")]
    document = build("t.md", "T", parts).document
    passages = cut(document)
    assert [p.text.splitlines()[0] for p in passages] == ["Before it.", "Table 1: What was given.", "After it."]
    assert sentence_texts(passages[1], document) == [
        "Table 1: What was given.", "Aspirin | 75 mg. Once.",
    ]  # fmt: skip
    row = document.block_at(document.text.index("Aspirin"))
    assert [document.text[c.start : c.end] for c in row.context] == ["Table 1: What was given.", "Drug | Dose"]


def table(caption, *rows):
    parts = [Part(row, BlockKind.ROW, int(not n), tight=n > 0) for n, row in enumerate(rows)]
    return build("t.md", "T", [*([Part(caption, BlockKind.CAPTION)] if caption else []), *parts]).document


@pytest.mark.parametrize(
    ("caption", "rows", "quotable"),
    [
        ("", ("Patient | Platelets (10^9/L)", "B07 | 210"), ["B07 | 210"]),
        ("Table 1. Counts by patient.", ("Patient | Platelets", "B07 | 210"), ["B07 | 210"]),
        ("Table 1. B07 was bled.", ("Patient | Count", "B07 | 2"), ["Table 1. B07 was bled.", "B07 | 2"]),
        ("", ("Potassium | 2.9", "Sodium | 131"), ["Potassium | 2.9", "Sodium | 131"]),  # no names, whatever its level
        ("", ("Day 2 | She was extubated.", "Day 3 | Warfarin"), ["Day 2 | She was extubated.", "Day 3 | Warfarin"]),
        (
            "",
            ("Allergies | denied", "Smoking | denied"),
            ["Allergies | denied", "Smoking | denied"],
        ),  # states something
        ("", ("a | b c d e f g h i j k l", "m | n"), ["a | b c d e f g h i j k l", "m | n"]),  # no name is so long
        ("", ("Case no. | No. of weeks | Temp.", "B07 | 2 | 39.1"), ["B07 | 2 | 39.1"]),
        ("", ("Drug | Time from onset to the first dose", "A | 2 h"), ["A | 2 h"]),
        ("", ("Patient | Platelets",), ["Patient | Platelets"]),  # all there is
        ("Table 1. Counts by patient.", (), ["Table 1. Counts by patient."]),
    ],
)
def test_what_only_names_the_rows_below_it_is_no_answer(caption, rows, quotable):
    document = table(caption, *rows)
    passages = cut(document)
    assert [text for p in passages for text in sentence_texts(p, document)] == quotable
    assert passages[0].text == document.text.removeprefix("T\n\n")


def test_each_part_of_a_long_table_is_led_by_its_header():
    rows = [f"B{n} | {n} g/dL | as it was" for n in range(20)]
    document = table("Table 1. Counts", "Patient | Hb | Note", *rows)
    passages = cut(document, 40)
    led = contexts(document, count, ChunkSettings(max_pieces=40))
    assert [text for p in passages for text in sentence_texts(p, document)] == rows and len(passages) > 2
    assert {led(s.start) for p in passages for s in p.sentences} == {("T", ("Table 1. Counts", "Patient | Hb | Note"))}
    assert_sound(document, passages, 40)


def test_of_leads_that_are_too_long_the_nearest_stays():
    document = table("Counts of " * 30, "Patient | Hb", "B07 | 2")
    led = contexts(document, count, ChunkSettings(max_pieces=40))
    assert led(len(document.text) - 1) == ("T", ("Patient | Hb",))


def test_items_are_led_by_what_they_stand_below():
    document = load_markdown("# T\n\nDo not give:\n\n- Painkillers:\n  - ibuprofen\n- iron\n", "t.md").document
    led = contexts(document, count, ChunkSettings())
    assert led(document.text.index("ibuprofen")) == ("T", ("Do not give", "Painkillers"))
    assert led(document.text.index("iron")) == ("T", ("Do not give",))


def test_items_lean_on_their_lead_in():
    document = load_markdown("# T\n\nGiven:\n\n- aspirin\n- iron\n\nSaid.\n\n- a list of its own\n", "t.md").document
    leads = {
        document.text[b.start : b.end]: [document.text[c.start : c.end] for c in b.context] for b in document.blocks
    }
    assert leads["• aspirin"] == leads["• iron"] == ["Given:"] and leads["• a list of its own"] == []


def test_what_stands_below_references_and_thanks_is_of_that_kind():
    text = "# T\n\nBody.\n\n## Funding\n\nNone.\n\n## References\n\n1. One. Two.\n\n### More\n\nThree.\n"
    text += "\n## Plan\n\nRest.\n"
    document = load_markdown(text, "t.md").document
    kinds = {document.text[b.start : b.end]: b.kind.value for b in document.blocks}
    assert kinds["None."] == "acknowledgement" and kinds["Body."] == kinds["Rest."] == "paragraph"
    assert kinds["1. One. Two."] == kinds["Three."] == "reference"


def test_what_is_known_of_a_place_is_read_off_its_block():
    text = "Found on day 3.12 It was 11 mm."
    part = Part(
        text, page=2, references=(Span(14, 17),), places=(Place(0, 17, 2, (1, 2, 3, 4)), Place(17, 31, 3, (0, 0, 9, 9)))
    )
    document = build("t.md", "T", [part], {"ocr": "1, 3"}).document
    start = document.text.index(text)
    assert document.without_references(Span(start, start + 31)) == "Found on day 3 It was 11 mm."
    assert document.without_references(Span(start + 15, start + 31)) == " It was 11 mm."
    assert [document.page_at(start + i) for i in (0, 16, 17)] == [2, 2, 3]
    assert [p.page for p in document.places_of(Span(start + 16, start + 18))] == [2, 3]
    assert not document.by_ocr(start) and document.by_ocr(start + 20)
    assert document.page_at(0) is None and document.block_at(1) is None


def test_a_text_by_itself_has_headings_where_sections_begin():
    document = Document("a", "a", "T", "T\n\nOne.\nTwo.\n \nThree.", ())
    assert [document.text[b.start : b.end] for b in document.blocks] == ["T", "One.\nTwo.", "Three."]
