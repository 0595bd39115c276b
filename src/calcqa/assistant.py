"""Opens an index and answers questions over it."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from calcqa.answering import compose
from calcqa.answering.broad import asks_broadly, broad_answer
from calcqa.answering.by_patient import ByPatient, best_alone, naming_all, patient_by_patient
from calcqa.answering.parts import by_items, by_parts
from calcqa.answering.patient import patient_answer
from calcqa.answering.refusing import abstain_for_unknown_report
from calcqa.answering.series import of_series
from calcqa.config import EncoderSettings, default_encoder
from calcqa.documents.about import About, about
from calcqa.errors import InputError
from calcqa.index.index import Index
from calcqa.index.open import encoder_of, find_index, open_index
from calcqa.index.view import view
from calcqa.language.other_languages import is_english
from calcqa.language.questions import checked_question
from calcqa.models.encoder import PACKAGED, Encoder
from calcqa.models.load_encoder import load_encoder
from calcqa.models.load_reader import LateReader, reader_folder
from calcqa.models.reader import Reader, brought
from calcqa.parameters import Weights
from calcqa.query.leaning import asks_for_more
from calcqa.query.rewriting import questions_of, resolve
from calcqa.query.topics import Topics
from calcqa.retrieval.follow_ups import FollowUps
from calcqa.retrieval.reports import Named, Reports
from calcqa.retrieval.results import Retrieved
from calcqa.retrieval.retriever import Retriever
from calcqa.types import Answer, Document, Hit, Span, Turn

_KEPT = 64  # documents that were asked alone and are kept ready


class Assistant:
    """Answers questions over one index. Safe to share between threads; conversations live in `Chat`."""

    def __init__(
        self, index: Index, encoder: Encoder, reader: Reader | None = None, weights: Weights | None = None
    ) -> None:
        """Serve `index`; `weights` other than the index's own are for fitting and experiments."""
        self.index = index
        self._weights = weights or brought(index.weights, reader)
        self._retriever = Retriever(index, encoder, self._weights)
        self._reader = reader
        self._reports = Reports(self._retriever)
        self._follow_ups = FollowUps(self._reports)
        self._by_patient = ByPatient(index, self._weights, self._best_of, self._reports.patients)
        self._alone = functools.lru_cache(_KEPT)(self._only)

    @property
    def encoder(self) -> Encoder:
        """What encodes its questions."""
        return self._retriever.encoder

    @property
    def reader(self) -> Reader | None:
        """What reads its passages, if anything does."""
        return self._reader

    def search(self, question: str, k: int = 5) -> list[Hit]:
        """Return the k best passages for `question`, best first; scores and their parts are explained in `Hit`.

        Raises:
            InputError: the question is empty or too long, or k is not positive.
        """
        return self.search_many([question], k)[0]

    def search_many(self, questions: Sequence[str], k: int = 5) -> list[list[Hit]]:
        """Search for several questions in one batch; one list of hits each, in order."""
        if k < 1:
            raise InputError(f"k must be at least 1, not {k}.")
        return [list(hits) for hits in self._retriever.search_many([checked_question(q) for q in questions], k)]

    def retrieve_many(self, questions: Sequence[str], k: int = 5) -> list[Retrieved]:
        """Return what each question brings up, before any decision: for evaluation, and to see why."""
        return self._retriever.retrieve_many([checked_question(q) for q in questions], k)

    def ask(self, question: str) -> Answer:
        """Return the answer to a question that stands alone: quotes with citations, or an abstention.

        Raises:
            InputError: the question is empty or too long.
        """
        return self.ask_many([question])[0]

    def ask_many(self, questions: Sequence[str]) -> list[Answer]:
        """Ask several questions in one batch, each on its own; one answer each, in order."""
        asked = [checked_question(q) for q in questions]
        named = [self._of_named(q) for q in asked]
        others = iter(self.retrieve_many([q for q, answer in zip(asked, named, strict=True) if answer is None]))
        return [answer or self._answer(q, next(others)) for q, answer in zip(asked, named, strict=True)]

    def chat(self) -> Chat:
        """Return a new conversation, in which follow-up questions are understood."""
        return Chat(self)

    def document(self, id: str) -> Document:  # noqa: A002 - the API's own name
        """Return a document by its id.

        Raises:
            InputError: there is no such document.
        """
        try:
            return self.index.documents[id]
        except KeyError:
            raise InputError(f"There is no document {id!r} in this index.") from None

    def documents(self) -> list[Document]:
        """Return every document of the index."""
        return list(self.index.documents.values())

    def about(self, id: str) -> About:  # noqa: A002
        """Return whom and what a document is about, by its own words; `.line` says it, empty where it is not sure.

        Raises:
            InputError: there is no such document.
        """
        return about(self.document(id))

    def resolve(self, question: str, turns: Sequence[Turn]) -> str:
        """Return `question` so that it stands alone, given the turns before it."""
        question = checked_question(question)
        cited = {c.document_id for c in turns[-1].answer.citations} if turns else set()
        by_faq = self.index.with_sidecar & (cited or self.index.with_sidecar)
        return resolve(question, turns, self._topics, self._retriever.nearness if by_faq else None, self._weights)

    def follow_up(self, question: str, turns: Sequence[Turn], meant: str | None = None) -> Answer:
        """Return the answer to `question` as it is meant after `turns`; `meant` is how, where that is known.

        Raises:
            InputError: the question is empty or too long.
        """
        question, turns = checked_question(question), questions_of(turns)
        meant = meant or self._follow_ups.meant(question, turns)
        if answer := self._of_named(question, turns, meant):
            return answer
        cited = turns[-1].answer.citations if turns and asks_for_more(question) else ()
        covered = (i for c in cited for i in self.index.covering(c.document_id, (Span(c.start, c.end),)))
        quoted = map(self.index.sentences.__getitem__, covered)
        already_quoted = frozenset((s.passage.document_id, s.span) for s in quoted)
        if meant is None and not asks_broadly(question, self.index):
            return self._answer(question, self.understand(question, turns), already_quoted)
        return self._answer(question, self.retrieve_many([meant or question])[0], already_quoted)

    def _of_named(self, question: str, turns: Sequence[Turn] = (), meant: str | None = None) -> Answer | None:
        """Return the answer of the report that a question names, or the refusal where no document is about that one.

        None where it names none for sure, and all documents are to be asked.
        """
        if not is_english(question):
            return None
        asked = meant or question
        if cut := self._by_patient.in_parts(question, asked, turns, self.retrieve_many, self.follow_up):
            return cut
        if each := self._follow_ups.each(asked, turns):
            answers = [naming_all(self.follow_up(*one), asked) for one in each]
            return patient_by_patient(question, self.retrieve_many([asked])[0], answers, self.documents())
        if answer := self._by_patient.all_who(question, asked, self.retrieve_many):
            return answer
        if unknown := self._reports.unknown(asked, turns):
            return abstain_for_unknown_report(question, unknown)
        if reports := self._reports.named(asked, turns) or self._reports.of_sex(asked, turns):
            return self._of_one(question, reports, is_meant=meant is not None)
        return None

    def _of_one(self, question: str, reports: Sequence[Named], *, is_meant: bool = False) -> Answer:
        """Return the answer of one of the documents that a question may name, asked alone: it mixes no patients.

        It is that of the document that is likeliest to be named and to answer.
        """
        answers = [
            self._alone(r.documents).follow_up(r.question, r.turns, r.question if is_meant else None) for r in reports
        ]
        pairs = zip(reports, answers, strict=True)
        report, answer = max(pairs, key=lambda pair: pair[0].probability * pair[1].confidence)
        understood = report.understood(answer.standalone_question)
        return dataclasses.replace(answer, question=question, standalone_question=understood)

    def _only(self, documents: frozenset[str], share: float = 0.0) -> Assistant:
        """Return an assistant over some documents; with a share of the threshold, it quotes but the best sentence."""
        weights = best_alone(self._weights, share) if share else self._weights
        return Assistant(view([self.index], self.encoder, documents), self.encoder, self._reader, weights)

    def understand(self, question: str, turns: Sequence[Turn]) -> Retrieved:
        """Return what `question` brings up as it is meant after `turns`; `.question` is its standalone form."""
        question, turns = checked_question(question), questions_of(turns)
        standalone = self.resolve(question, turns)
        if standalone == question:
            return self.retrieve_many([question])[0]
        return self._retriever.retrieve_follow_up(standalone, question, turns[-1].standalone_question)

    def _answer(
        self, question: str, retrieved: Retrieved, already_quoted: frozenset[tuple[str, Span]] = frozenset()
    ) -> Answer:
        whole = self._of_all(question, retrieved, already_quoted)
        return whole if already_quoted else self._by_patient.each(whole, retrieved)

    def _best_of(self, documents: frozenset[str], share: float, question: str) -> Answer:
        return self._alone(documents, share).ask(question)

    def _of_all(self, question: str, retrieved: Retrieved, already_quoted: frozenset[tuple[str, Span]]) -> Answer:

        def ordinary(asked: str, retrieved: Retrieved) -> Answer:
            answer = compose.answer(asked, retrieved, self.index, self._weights, self._reader, already_quoted)
            return of_series(patient_answer(answer, retrieved, self.index), retrieved, self.index)

        whole = ordinary(question, retrieved)
        if broad := broad_answer(whole, retrieved, self.index, self._weights, self._reader, self.retrieve_many):
            return broad

        def ask(part: str, turns: Sequence[Turn]) -> tuple[Answer, Retrieved]:
            understood = self.understand(part, turns)
            return ordinary(part, understood), understood

        cut = by_parts(whole, retrieved, self.index, self._weights, ask)
        # FAQ entries ask for parts together too: then the whole may answer what its parts, asked alone, do not.
        if cut and not (compose.by_faq(whole, retrieved, self.index) and compose.says_more(whole, cut)):
            return cut
        return whole if cut else by_items(whole, retrieved, self.index, ask)

    @functools.cached_property
    def _topics(self) -> Topics:
        return Topics.of(self.documents(), self.index.document_terms)


class Chat:
    """One conversation; `turns` is its history."""

    def __init__(self, assistant: Assistant, turns: Sequence[Turn] = ()) -> None:
        self._assistant = assistant
        self.turns: list[Turn] = list(turns)

    def ask(self, question: str, meant: str | None = None) -> Answer:
        """Return the answer to `question`, understood in the light of the turns before; it becomes a turn.

        `answer.standalone_question` is the question as it was understood; `meant` says so where a person knows better.

        Raises:
            InputError: the question is empty or too long; the conversation is unchanged.
        """
        answer = self._assistant.follow_up(question, self.turns, meant)
        self.turns.append(Turn(answer.question, answer.standalone_question, answer))
        return answer


def find_reader(folder: str | Path = "") -> LateReader | None:
    """Return the reader in `folder`, else the one `CALCQA_READER` names, else the shipped one; None for "none".

    Raises:
        ReaderError: there is none in the folder. What else is wrong with it shows when it first reads.
    """
    if str(folder or os.environ.get("CALCQA_READER", "")).lower() == "none":
        return None
    return LateReader(reader_folder(folder))


def open_assistant(
    index: str | Path | None = None, *, encoder: str | Path = "", reader: Reader | str | Path | None = ""
) -> Assistant:
    """Open an index for asking.

    Args:
        index: its folder; else `CALCQA_INDEX`, else `./index`, else the packed copy.
        encoder: the folder of the model the index was built with, where that is not a packaged one; else the folder
            that `CALCQA_ENCODER` names. An index says which model it wants, by name and sha256, and never where it is.
        reader: a reader, or the folder of one; else the folder that `CALCQA_READER` names, else the shipped one. None
            or "none" (which `CALCQA_READER` may be, too) goes without: then there are no short answers, and documents
            without FAQ entries are answered less well.

    Raises:
        IndexFormatError: the index is missing, damaged or of another format.
        EncoderError: the encoder it was built with is not named, or not here.
        ReaderError: there is no reader in the folder.
    """
    reader = find_reader(reader) if isinstance(reader, str | Path) else reader
    folder = find_index(index)
    settings = _placed(encoder_of(folder), encoder)
    with ThreadPoolExecutor(max_workers=1) as pool:  # both take about as long, and mostly outside Python
        loading = pool.submit(load_encoder, settings)
        opened = open_index(folder)
        now = _placed(opened.encoder_settings, encoder)
        if now == settings:
            return Assistant(opened, loading.result(), reader)
    return Assistant(opened, load_encoder(now), reader)  # replaced by a build just now


def _placed(settings: EncoderSettings, folder: str | Path) -> EncoderSettings:
    """Return what an index says of its encoder, with the folder that whoever opens it named."""
    named = "" if settings.sha256 in PACKAGED else default_encoder().model
    return dataclasses.replace(settings, model=str(folder) or named)
