"""What is shown of a sentence says what the sentence says: whole quotes, and short answers that leave nothing out."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import calcqa
from calcqa.answering.quoting import alone, leaned_on, whole
from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.conversations.verification import verify_turns
from calcqa.documents.base import Part, build
from calcqa.documents.markdown import load_markdown
from calcqa.evaluation import load_questions
from calcqa.index.open import open_index
from calcqa.types import BlockKind, Document, Span, text_hash
from helpers.fakes import FixedReader
from helpers.paths import REPO


def said(sentence):
    """Return what is shown of a sentence whose [words] in brackets a reader marked; None where nothing is."""
    start, end = sentence.index("["), sentence.index("]") - 1
    plain = sentence.replace("[", "").replace("]", "")
    found = alone(plain, start, end)
    return found and plain[slice(*found)]


LEANING = """# Case

A plate lay over the hip. It was removed. This patient limped.

These healed. Both had grown.

- drainage
- This was late."""


@pytest.mark.parametrize(
    ("quote", "before"),
    [
        ("It was removed.", "A plate lay over the hip."),
        ("A plate lay over the hip.", ""),
        ("This patient limped.", ""),  # names whom it means
        ("These healed.", ""),  # the first of its paragraph: nothing stands before it there
        ("Both had grown.", "These healed."),
        ("This was late.", ""),
    ],
)
def test_a_sentence_that_leans_on_the_one_before_knows_it(quote, before):
    document = load_markdown(LEANING, "case.md").document
    at = document.text.index(quote)
    assert leaned_on(document, Span(at, at + len(quote))) == before


@pytest.mark.parametrize(
    "sentence",
    [
        "There was no [fracture of the wrist].",
        "The biopsy did not show [lymphoma].",
        "She was discharged without [antibiotics].",
        "He denies [chest pain], [cough and fever].",
        "A possible [pneumothorax] was seen.",
        "The [pneumothorax] is probable.",
        "Suspected [sepsis] was treated.",
        "Imaging: ?[pulmonary embolism].",
        "CT was done to rule out [appendicitis].",
        "[Appendicitis] was ruled out by CT.",
        "[Malignancy] is unlikely, and tuberculosis too.",
        "The patient wasn’t given [warfarin].",
        "Neither [rifampicin] nor isoniazid was given.",
        "Cultures were negative for [Nocardia].",
        "The lesion may represent [a metastasis].",
        "Findings were consistent with [scurvy].",
        "Amoxicillin was given rather than [penicillin G].",
        "The absence of [reflexes] was noted.",
        "All but [two patients] recovered.",
        "Fever was absent, as was [neck stiffness].",
        "[Gout] could not be excluded.",
        "NO [EVIDENCE OF STROKE] WAS FOUND.",
    ],
)
def test_what_is_denied_or_doubted_is_not_shown_by_itself(sentence):
    assert said(sentence.replace("[cough", "cough").replace("fever].", "fever.")) is None


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("The culture grew [Staphylococcus aureus].", "Staphylococcus aureus"),
        ("There are [five] types.", "five"),
        ("There was [no fracture of the wrist].", "no fracture of the wrist"),
        ("There was no fever; the culture grew [Nocardia].", "Nocardia"),
        ("The lungs were clear, but there was no [ascites].", None),
        ("There was no ascites, but the culture grew [Nocardia].", "Nocardia"),
        ("The dose was [500] mg daily.", "500 mg daily"),
        ("The dose was [500 mg] daily.", "500 mg daily"),
        ("Calcium was < [8.5] mg/dL on admission.", "< 8.5 mg/dL"),
        ("Calcium was 8.[5] mg/dL on admission.", "8.5 mg/dL"),
        ("It grew by ±[3] %.", "±3 %"),
        ("It took 3 to [5] days.", "3 to 5 days"),
        ("It took [3] to 5 days.", "3 to 5 days"),
        ("Less than [ten] patients died.", "Less than ten"),
        ("At least [ten] patients died.", "At least ten"),
        ("It was given every 500 [mg].", "500 mg"),
        ("A [52]-year-old man came.", "52-year-old"),
        ("It was a non-[malignant] tumour.", "non-malignant"),
        ("It was a hyp[o]kalaemia.", "hypokalaemia"),
        ("The pressure was 120/[80] mmHg.", "120/80 mmHg"),
        ("The count was 1,[200] × 10^9/L.", "1,200 × 10^9/L"),
        ("It improved within [six] weeks.", "within six weeks"),
        ("It was seen in [May] 2009.", "May"),
    ],
)  # fmt: skip
def test_what_belongs_to_words_or_numbers_is_shown_with_them(sentence, shown):
    assert said(sentence) == shown


CUES = ("no", "not", "without", "denies", "possible", "probable", "suspected", "?", "rule out", "never", "unlikely")
WORDS = ("fever", "500 mg", "calcium", "of", "the", "<3", "was", "10.5 %", "given", "non-toxic", "two", "weeks", "β2",
         ";", ", but", "12–14 µg/dL")  # fmt: skip


@given(st.lists(st.sampled_from(CUES + WORDS * 2), min_size=1, max_size=14).map(" ".join), st.data())
@settings(max_examples=500)
def test_no_words_lose_their_denial_their_sign_or_their_unit(sentence, data):
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, len(sentence)))
    found = alone(sentence, start, end)
    if found is None:
        return
    a, b = found
    assert a <= start < end <= b and alone(sentence, a, b) == (a, b)
    left = max(m.end() for m in re.finditer(r"^|;|, (?=but)", sentence) if m.end() <= a)
    right = min(m.end() for m in re.finditer(r";|, (?=but)|$", sentence) if m.end() >= b)
    beside = f"{sentence[left:a]} | {sentence[b:right]}"
    assert not any(re.search(rf"(?<!\w){re.escape(cue)}(?!\w)", beside) for cue in CUES), beside
    words = sentence[a:b]
    assert not (re.match(r"\d", words) and re.search(r"[\d<.–]$", sentence[:a]))
    assert not (re.search(r"\d$", words) and re.match(r" ?(?:mg|%|µg)|–\d|\.\d|\d", sentence[b:]))


# --- whole quotes -----------------------------------------------------------------------------------------------------

CLAUSE = "the swelling of the left knee, which had grown for three years, was not treated with colchicine"
LONG = f"# Knees\n\nIt began in May. {', and '.join([CLAUSE.capitalize(), *[CLAUSE] * 5])}. It ended. Rest helped.\n"


def test_a_sentence_that_is_found_by_the_piece_is_quoted_whole(tmp_path, fake_encoder, build_small):
    source = tmp_path / "long.md"
    source.write_text(LONG, encoding="utf-8")
    index = open_index(build_small([source], tmp_path / "index", chunking=ChunkSettings(max_pieces=24)).path)
    document = next(iter(index.documents.values()))
    sentence = next(line for line in document.text.split("\n") if "colchicine" in line)
    sentence = sentence[sentence.index("The swelling") : sentence.index(" It ended")]
    assert len([s for s in index.sentences.values() if s.text in sentence]) > 3
    chat = Assistant(index, fake_encoder).chat()
    answer = chat.ask("Was the swelling of the left knee treated with colchicine?")
    assert sentence in [c.quote for c in answer.citations] and len({c.start for c in answer.citations}) == len(
        answer.citations
    )
    assert verify_turns(chat.turns, index)[1] == []
    said_before = {c.start for c in answer.citations}
    again = chat.ask("Anything else?")
    assert not said_before & {c.start for c in again.citations}


def as_document(text):
    return Document(text_hash(text)[:16], "a.md", "A", text)


@given(st.integers(0, 60), st.integers(1, 30))
def test_any_stretch_is_widened_to_whole_sentences_and_no_further(start, length):
    text = "No pain was felt. He had 3.5 mg of it, e.g. at night. It helped.\n\n• Not much. Then more."
    document = as_document(text)
    end = min(start + length, text.index("\n"))
    if not text[start:end].strip() or start >= end:
        return
    found = whole(document, Span(start, end))
    assert whole(document, found) == found and found.start <= start + len(text[start:end]) and found.end >= end - 1
    assert found.start in (0, 18, 54) and found.end in (17, 53, 64)


def test_an_item_is_quoted_without_its_marker_and_a_text_without_an_end_by_the_piece():
    listed = build("a.md", "A", [Part("Not much. Then more.", BlockKind.ITEM, marker="• ")]).document
    assert whole(listed, Span(5, 14)) == whole(listed, Span(9, 13)) == Span(5, 14)
    assert listed.text[5:14] == "Not much."
    endless = "word " * 20_000
    assert whole(as_document(endless), Span(50_000, 50_100)) == Span(50_000, 50_100)


# --- answers ----------------------------------------------------------------------------------------------------------

TOKEN = re.compile(r"[^\s\[\]()]+")


def true_to_its_quotes(answer, index):
    """Every word, number and unit of an answer stands, whole and in its place, in the quote beside it."""
    left = list(answer.text)
    for c in answer.citations:
        document = index.documents[c.document_id]
        assert answer.text[c.answer_start : c.answer_end] == c.quote == document.text[c.start : c.end]
        marker = f" [{c.number}]"
        assert answer.text[c.answer_end :].startswith(marker)
        left[c.answer_start : c.answer_end + len(marker)] = [""] * (c.answer_end + len(marker) - c.answer_start)
        if c.short_answer:
            assert c.short_answer in c.quote
            whole_words = [t.strip(".,;:?!“”\"'’") for t in TOKEN.findall(c.quote)]
            assert all(t.strip(".,;:?!“”\"'’") in whole_words for t in TOKEN.findall(c.short_answer))
    assert not answer.citations or not "".join(left).strip()


DRUGS = (
    "colchicine 0.6 mg twice daily",
    "diltiazem 120 mg/d",
    "warfarin 1 mg",
    "β-blocker",
    "10⁹/L",
    "½ tablet",
    "no drug",
)
SUBJECTS, VERBS = ("The knee", "A patient", "The report"), ("had", "denies", "got <")
ENDS = ("daily.", "for 3–5 weeks.", "in 12.5 % of cases.")
FACT = st.tuples(*map(st.sampled_from, (SUBJECTS, VERBS, DRUGS, ENDS))).map(" ".join)


@given(
    facts=st.lists(FACT, min_size=1, max_size=12, unique=True), word=st.sampled_from(("0.6", "120", "drug", "3", "β"))
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(facts=["The knee denies colchicine 0.6 mg twice daily daily."], word="0.6")
def test_answers_of_made_up_documents_are_true_to_their_quotes(
    facts, word, tmp_path_factory, fake_encoder, build_small
):
    folder = tmp_path_factory.mktemp("made-up")
    (folder / "a.md").write_text("# Knees\n\n" + " ".join(facts) + "\n", encoding="utf-8")
    index = open_index(build_small([folder / "a.md"], folder / "index").path)
    assistant = Assistant(index, fake_encoder, FixedReader(word))
    for question in ("What did the knee have?", "Which drug did a patient get daily?", "What of the report?"):
        true_to_its_quotes(assistant.ask(question), index)


@pytest.mark.models
def test_answers_of_the_shipped_index_are_true_to_their_quotes():
    assistant = calcqa.open(REPO / "index")
    questions = [q.turns[-1] for q in load_questions(REPO / "questions" / "report.jsonl", "dev")]
    answers = assistant.ask_many(questions)
    for answer in answers:
        true_to_its_quotes(answer, assistant.index)
    assert sum(bool(a.citations) for a in answers) > 100 and sum(bool(a.short_answer) for a in answers) > 5
    turns = [calcqa.Turn(a.question, a.standalone_question, a) for a in answers]
    assert verify_turns(turns, assistant.index)[1] == []
