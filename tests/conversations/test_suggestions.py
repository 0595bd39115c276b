"""What to ask next: well-written questions near what was quoted, each of them answered, none of them twice."""

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

import calcqa
from calcqa.assistant import Assistant
from calcqa.conversations.question_forms import wordings
from calcqa.conversations.suggestions import Suggester
from calcqa.index.open import open_index
from calcqa.parameters import Weights
from calcqa.types import Abstention, Reason
from helpers.paths import REPO

KNEE, FALL, SWELLING, NORMAL = (
    "A 52-year-old man came with pain in the left knee.",
    "He had fallen on ice two days before (Figure 1).",
    "The examination showed swelling and a loss of extension.",
    "His temperature was normal.",
)
MEASURES, GONE, DOE = (
    "Three measures were tried:",
    "The pain had gone after six weeks.",
    "Doe J, Roe R. Knees in winter. J Falls. 2009;3(1):4–9.",
)
SIDECAR = {
    "Which knee of the man had pain?": KNEE,
    "What had the man fallen on two days before?": FALL,
    "What swelling did the examination of the knee show?": SWELLING,
    "How normal was the temperature of the man?": NORMAL,
    "Which measures were tried for the pain?": MEASURES,
    "When had the pain of the man gone?": GONE,
    "In which winter are the knees of Doe?": DOE,
}
PAIRS = tuple(SIDECAR.items())


@pytest.fixture
def assistant_of(small_source, tmp_path, build_small, fake_encoder):
    """Return an assistant over the invented report with this sidecar: pairs of a question and what answers it."""

    def make(pairs=PAIRS, kind=Assistant, **options):
        records = [
            {"question": q, "evidence": [e] if isinstance(e, str) else list(e)} | ({} if e else {"gap": "doses"})
            for q, e in pairs
        ]
        lines = "".join(json.dumps(r) + "\n" for r in records)
        small_source.with_name("knee.questions.jsonl").write_text(lines, encoding="utf-8")
        return kind(open_index(build_small([small_source], tmp_path / "asked", **options).path), fake_encoder)

    return make


def after(assistant, *questions, most=3):
    chat = assistant.chat()
    for question in questions:
        chat.ask(question)
    return Suggester(assistant).after(chat.turns, most)


def test_at_the_beginning_there_is_one_from_each_main_section_and_back_matter_comes_last(assistant_of):
    assistant = assistant_of()
    first = after(assistant)
    assert [SIDECAR[q] for q in first] == [KNEE, GONE, DOE]  # the weightiest of each
    assert after(assistant, most=1) == first[:1]
    assert [SIDECAR[q] for q in after(assistant, most=9)][:3] == [KNEE, GONE, DOE]


def test_after_an_answer_its_section_comes_first_onwards_before_back_and_one_leads_elsewhere(assistant_of):
    found = [SIDECAR[q] for q in after(assistant_of(), "What had the man fallen on two days before?")]
    assert found[:2] == [SWELLING, KNEE] and found[2] == GONE


def test_nothing_is_asked_twice_and_in_the_end_nothing_is_left(assistant_of):
    assistant = assistant_of()
    chat, suggester, seen = assistant.chat(), Suggester(assistant), []
    while found := suggester.after(chat.turns):
        quoted = {c.quote for t in chat.turns for c in t.answer.citations}
        assert not quoted & {SIDECAR[q] for q in found}
        seen.append(found[0])
        assert SIDECAR[found[0]] in {c.quote for c in chat.ask(found[0]).citations}
    assert len(seen) == len(set(seen)) and {c.quote for t in chat.turns for c in t.answer.citations} >= set(
        SIDECAR.values()
    )


def test_a_sentence_that_was_quoted_is_not_asked_for_in_other_words(assistant_of):
    assistant = assistant_of()
    chat = assistant.chat()
    assert [c.quote for c in chat.ask("Did the man have pain in the knee?").citations] == [KNEE]
    assert KNEE not in {SIDECAR[q] for q in Suggester(assistant).after(chat.turns, 9)}


def test_a_question_that_was_refused_is_not_suggested(assistant_of):
    assistant = assistant_of()
    question = "Which knee of the man had pain?"
    chat = assistant.chat()
    chat.ask("Which dose of ibuprofen was given?")
    refused = dataclasses.replace(chat.turns[0], question=question.upper())
    assert question in Suggester(assistant).after(chat.turns, 9)
    assert question not in Suggester(assistant).after([refused], 9)


def test_after_a_refusal_they_are_near_the_passages_found_for_it(assistant_of):
    assistant = assistant_of([*PAIRS, ("Which dose of physiotherapy was given?", ())])
    chat = assistant.chat()
    answer = chat.ask("Which dose of physiotherapy was given?")
    assert answer.abstention and "physiotherapy" in answer.abstention.nearest[0].passage.text
    assert SIDECAR[Suggester(assistant).after(chat.turns)[0]] == MEASURES


def test_after_a_refusal_the_nearest_passage_counts_most_then_the_words_of_the_question(assistant_of):
    assistant = assistant_of()
    chat = assistant.chat()
    answer = chat.ask("Which dose of ibuprofen was given?")
    (turn,), hits = chat.turns, {h.passage.text[:9]: h for h in assistant.search("knee", 9)}

    def found(*nearest):
        near = tuple(hits[n] for n in nearest)
        abstention = dataclasses.replace(answer.abstention, reason=Reason.GAP, nearest=near)
        cold = dataclasses.replace(answer, standalone_question="Which temperature is normal?", abstention=abstention)
        refused = dataclasses.replace(turn, answer=cold)
        return [SIDECAR[q] for q in Suggester(assistant).after([refused])]

    assert answer.abstention
    assert found("The exami", "A 52-year")[:2] == [NORMAL, SWELLING]
    assert found("The pain ", "The exami")[:2] == [GONE, NORMAL]


def test_after_small_talk_they_are_those_of_the_beginning(assistant_of):
    assistant = assistant_of()
    chat = assistant.chat()
    chat.ask("Which dose of ibuprofen was given?")
    (turn,) = chat.turns
    talk = dataclasses.replace(turn.answer.abstention, reason=Reason.NOT_A_QUESTION)
    turn = dataclasses.replace(turn, answer=dataclasses.replace(turn.answer, abstention=talk))
    assert Suggester(assistant).after([turn]) == Suggester(assistant).after()


@pytest.mark.parametrize(
    "question",
    [
        "which knee of the man had pain?",
        "Which knee of the man had pain",
        "Which knee?",
        "Which knee of the man had pain in the left knee and a loss of extension two days before?",
        "Which knee of his had pain?",
        "Which knee of the man hurt?",
        "Had the knee of the man pain?",
        "Which knee had pain: left, the other?",
        "Which knee had pain and when had the pain gone?",
        "Which knee has the man <b>had</b> pain in?",
        "Which other knee of the man had pain?",
        f"Which knee had the {'-'.join(['extension'] * 20)}?",
    ],
)
def test_a_wording_that_cannot_be_shown_is_not(assistant_of, question):
    assistant = assistant_of([(question, KNEE), ("When had the pain of the man gone?", GONE)])
    assert [w.question for w in wordings(assistant.index)] == ["When had the pain of the man gone?"]


def test_a_word_of_several_questions_is_no_misspelling(assistant_of):
    hurt = [("Which knee of the man hurt?", KNEE), ("Which knee hurt the man?", KNEE)]
    rest = ("Where had the man hurt the knee?", KNEE)
    assert "hurt" not in str(wordings(assistant_of(hurt).index))
    assert "hurt" in str(wordings(assistant_of([*hurt, rest]).index))


def test_the_wording_that_stands_for_most_is_taken(assistant_of):
    pairs = [
        ("Which pain had the man of winter?", KNEE),
        ("Which pain had the man of ice?", KNEE),
        ("pain of ice and man", KNEE),
    ]
    assert [w.question for w in wordings(assistant_of(pairs).index)] == ["Which pain had the man of ice?"]


def test_the_wording_that_speaks_as_the_document_does_is_taken(assistant_of):
    known = [("Which ice hurt the man?", FALL), ("When had the pain hurt?", GONE)]
    pairs = [("Which man of ice hurt?", KNEE), ("Which man of ice in winter?", KNEE), *known]
    assert [w.question for w in wordings(assistant_of(pairs).index)][0] == "Which man of ice in winter?"


def test_the_wording_that_stands_alone_is_taken(assistant_of):
    pairs = [("Which knee had more?", KNEE), ("Which man came with pain in the left knee?", KNEE)]
    assert [w.question for w in wordings(assistant_of(pairs).index)] == [pairs[1][0]]


def test_a_question_does_not_give_its_answer_away(assistant_of):
    pairs = [
        ("Which man came with pain in the left knee?", KNEE),
        ("Which pain came with swelling of the man?", KNEE),
    ]
    (wording,) = wordings(assistant_of(pairs).index)
    assert wording.question == "Which pain came with swelling of the man?"


class Refusing(Assistant):
    """Refuses one question, and counts the batches it is asked."""

    refused = "What swelling did the examination of the knee show?"
    batches = 0

    def ask_many(self, questions):
        type(self).batches += 1
        return [self._refuse(a) if a.question == self.refused else a for a in super().ask_many(questions)]

    def _refuse(self, answer):
        abstention = Abstention(Reason.NO_EVIDENCE, None, (), 0, ())
        return dataclasses.replace(answer, citations=(), text="No.", abstention=abstention)


def test_only_what_is_answered_is_suggested_and_each_is_asked_once(assistant_of):
    assistant = assistant_of(kind=Refusing)
    chat, suggester = assistant.chat(), Suggester(assistant)
    chat.ask("What had the man fallen on two days before?")
    Refusing.batches = 0
    found = suggester.after(chat.turns)
    assert Refusing.refused not in found and len(found) == 3
    assert Refusing.batches == 2  # all together, then what replaces the refused one
    assert suggester.after(chat.turns) == found and Refusing.batches == 2


class Elsewhere(Assistant):
    """Answers every question as if another one had been asked."""

    def ask_many(self, questions):
        return super().ask_many(["How normal was the temperature of the man?"] * len(questions))


def test_an_answer_from_elsewhere_does_not_hold(assistant_of):
    assert after(assistant_of(kind=Elsewhere), most=9) == ("How normal was the temperature of the man?",)


def test_what_a_conversation_would_turn_into_another_question_is_not_suggested(assistant_of):
    class Bending(Assistant):
        def resolve(self, question, turns):
            return f"{question} And the ice?" if turns else question

    pairs = [("Which knee had pain?", KNEE), ("When had the pain of the man gone?", GONE)]
    assistant = assistant_of(pairs)
    bending = Bending(assistant.index, assistant.encoder)
    assert "Which knee had pain?" in after(bending)
    chat = assistant.chat()
    chat.ask("Which dose of ibuprofen was given?")
    assert "Which knee had pain?" in Suggester(assistant).after(chat.turns)
    assert Suggester(bending).after(chat.turns) == ("When had the pain of the man gone?",)


def easily(index, encoder):
    """Return an assistant that answers what it is hardly sure of."""
    return Assistant(index, encoder, None, Weights(plain_threshold=0.01))


def test_questions_that_lean_come_last_once_there_is_something_to_lean_on(assistant_of):
    pairs = [("Which swelling was tried?", SWELLING), *[p for p in PAIRS if p[1] in (FALL, NORMAL)]]
    assistant = assistant_of([*pairs, ("Which knee of the man had pain?", KNEE)])
    found = after(assistant, "What had the man fallen on two days before?")
    assert [dict(pairs).get(q) for q in found] == [None, NORMAL, SWELLING]


def test_two_suggestions_share_no_sentence(assistant_of):
    pairs = [("Which knee of the man had pain before he had fallen?", [KNEE, FALL]), *PAIRS]
    pairs[0] = ("Which pain came before the ice of winter?", [KNEE, FALL])
    assistant = assistant_of(pairs)
    quoted = [c.quote for q in after(assistant, most=9) for c in assistant.ask(q).citations]
    assert len(quoted) == len(set(quoted)) and len(wordings(assistant.index)) == 8


def test_back_matter_comes_last_wherever_it_stands(assistant_of, small_source):
    text = small_source.read_text(encoding="utf-8")
    small_source.write_text(text.replace("## Presentation", "## Figures and tables"), encoding="utf-8")
    assert [SIDECAR[q] for q in after(assistant_of())] == [GONE, KNEE, DOE]


def test_sections_under_the_same_heading_and_of_the_same_document_are_nearer(
    assistant_of, small_source, tmp_path, build_small
):
    text = small_source.read_text(encoding="utf-8").replace("The examination", "### Findings\n\nThe examination")
    small_source.write_text(text, encoding="utf-8")
    assistant = assistant_of([p for p in PAIRS if p[1] != SWELLING])
    assert [SIDECAR[q] for q in after(assistant, "Which knee of the man had pain?")] == [FALL, NORMAL, GONE]
    other = small_source.with_name("hand.md")
    other.write_text("# Hand\n\n## Presentation\n\nThe thumb was broken by a heavy hammer.\n", encoding="utf-8")
    record = {
        "question": "What was the thumb of the man broken by?",
        "evidence": ["The thumb was broken by a heavy hammer."],
    }
    other.with_name("hand.questions.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assistant = assistant_of()
    both = Assistant(open_index(build_small([small_source, other], tmp_path / "both").path), assistant.encoder)
    assert after(both, "Which knee of the man had pain?") == after(assistant, "Which knee of the man had pain?")
    assert record["question"] in after(both, "Which knee of the man had pain?", most=9)


def test_headings_are_asked_about_where_no_question_was_asked_ahead(assistant_of, small_source):
    text = small_source.read_text(encoding="utf-8")
    text = text.replace("## Management", "## 2. Physiotherapy measures").replace(
        "## Presentation", "## &lt;b&gt;Knee&lt;/b&gt;"
    )
    small_source.write_text(text.replace("# Left knee\n", "# Left knee\n\n## Zebra\n\nRest came.\n"), encoding="utf-8")
    assistant = assistant_of(kind=easily, sidecars=False)
    chat, suggester = assistant.chat(), Suggester(assistant)
    found = suggester.after()
    assert found == ("What does the text say about zebra?", "What does the text say about physiotherapy measures?")
    chat.ask(found[1])
    assert found[1] not in suggester.after(chat.turns) and "Presentation" not in str(wordings(assistant.index))


def test_a_heading_that_is_a_name_stays_large_and_what_is_answered_from_elsewhere_is_left_out(
    assistant_of, small_source
):
    text = small_source.read_text(encoding="utf-8").replace("## Management", "## Zebra sign")
    text = text.replace("Three measures", "By a Zebra sign, three measures").replace("## Presentation", "## MRI rest")
    small_source.write_text(text + f"\n## {'Very ' * 50}\n\nIt was long.\n", encoding="utf-8")
    assistant = assistant_of(kind=easily, sidecars=False)
    questions = [w.question for w in wordings(assistant.index)]
    assert len(questions) == 3 and questions[0] == "What does the text say about MRI rest?"
    assert (
        questions[1] == "What does the text say about Zebra sign?"
        and "What does the text say about references?" in questions
    )
    assert questions[1] in Suggester(assistant).after()
    assert Suggester(Elsewhere(assistant.index, assistant.encoder)).after() == ()


class WithAnother(Assistant):
    """Answers with the quotes of another question besides."""

    def ask_many(self, questions):
        (other,) = super().ask_many(["What does the text say about presentation?"])
        return [dataclasses.replace(a, citations=(*a.citations, *other.citations)) for a in super().ask_many(questions)]


def test_a_heading_is_not_asked_about_where_another_section_is_quoted_with_it(assistant_of, small_source):
    text = small_source.read_text(encoding="utf-8").replace("## Management", "## Winter knee")
    small_source.write_text(text, encoding="utf-8")
    assistant = assistant_of(kind=easily, sidecars=False)
    question = "What does the text say about winter knee?"
    assert {c.section for c in assistant.ask(question).citations} == {"Winter knee"}
    assert question in Suggester(assistant).after()
    with_another = WithAnother(assistant.index, assistant.encoder)
    assert {c.section for c in with_another.ask_many([question])[0].citations} > {"Winter knee"}
    assert question not in Suggester(with_another).after()


def test_no_more_than_wanted_and_none_of_none(assistant_of):
    assistant = assistant_of()
    assert [len(Suggester(assistant).after(most=n)) for n in (0, 1, 2, 99)] == [0, 1, 2, 7]


def test_threads_get_the_same(assistant_of):
    assistant = assistant_of()
    suggester = Suggester(assistant)
    chat = assistant.chat()
    chat.ask("What had the man fallen on two days before?")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: suggester.after(chat.turns[: n % 2]), range(40)))
    assert set(found) == {Suggester(assistant).after(), Suggester(assistant).after(chat.turns)}


@pytest.mark.models
def test_over_the_shipped_index_every_suggestion_is_answered_and_new():
    assistant = calcqa.open(REPO / "index")
    suggester, chat = Suggester(assistant), assistant.chat()
    asked = [
        "What did the wound culture grow?",
        "How common is calcinosis universalis?",
        "Which dose of colchicine was given?",
        "What are the five categories?",
        "Hello!",
        "pt age?",
    ]
    for question in asked:
        chat.ask(question)
        found = suggester.after(chat.turns)
        quoted = {c.start for t in chat.turns for c in t.answer.citations}
        assert len(found) == len(set(found)) == 3
        for suggestion in found:
            answer = assistant.follow_up(suggestion, chat.turns)
            assert answer.standalone_question == suggestion and answer.abstention is None
            assert not all(c.start in quoted for c in answer.citations)
            assert suggestion not in {t.question for t in chat.turns}
    first = [assistant.ask(s).citations[0].section.split(" › ")[0] for s in suggester.after(most=5)]
    assert first == ["Presentation", "Disease", "Classification", "Management", "Telling it apart"]
