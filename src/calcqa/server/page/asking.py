"""Asks in the page: one question, several, or an edited one; and stops. Each yields what changes, as it changes.

Does: hand a question to the assistant in the light of its conversation, and show the answer quote by quote. Does not:
answer, or know the page's components.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from calcqa import messages, rendering
from calcqa.assistant import Chat
from calcqa.errors import CalcqaError, InputError
from calcqa.language.questions import checked_question
from calcqa.server.logs import log_asked, note
from calcqa.server.page import parts
from calcqa.server.page.page import Page, Update
from calcqa.server.page.session import MOST_TURNS, Arriving, Session
from calcqa.server.page.wire import number_of, text_of
from calcqa.types import Answer, Turn

PAUSE = 0.08
"""Seconds between quotes, so that they can be seen to arrive."""

_MOST_AT_ONCE = 3
_CROWD = 4  # questions waiting, beyond which answers are shown whole


class _Waiting:
    """Counts the questions that wait for their answer."""

    def __init__(self) -> None:
        self._count, self._lock = 0, threading.Lock()

    @property
    def crowded(self) -> bool:
        """Whether so many wait that answers are shown whole: to show them quote by quote takes the others' time."""
        return self._count > _CROWD

    def __enter__(self) -> None:
        with self._lock:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._count -= 1


_waiting = _Waiting()


def ask(
    page: Page, session: Session, question: str, *, number: int | None = None, meant: str | None = None
) -> Iterator[Update]:
    """Yield what changes as the answer to one question arrives.

    With `number` it takes the place of that turn and those after it; with `meant` it is understood like that.
    """
    with session.lock:
        try:
            arriving, update = _begin(page, session, question, number, meant)
        except InputError as error:
            update = {"problem": parts.problem_html(str(error))}
            arriving = None
    yield update
    if arriving is None:
        return
    try:
        yield from _arriving(page, session, arriving, meant)
    except Exception as error:  # whatever it is, the page goes on
        with session.lock:
            if session.arriving is not arriving:
                return
            session.arriving = None
            if not isinstance(error, CalcqaError):
                note("asking", level=logging.ERROR, error=error)
            problem = parts.problem_html(str(error) if isinstance(error, CalcqaError) else messages.FAILED)
            update = {**page.everything(session), "problem": problem, "box": arriving.question}
        yield update


def _arriving(page: Page, session: Session, arriving: Arriving, meant: str | None) -> Iterator[Update]:
    """Yield the quotes of an answer one by one, then what can be asked next; nothing more once it was stopped."""
    kept, view = arriving.conversation.turns[: arriving.number - 1], page.view(session)
    arriving.answer = answer = _answer(page, session, arriving.question, kept, meant)
    for shown in range(1, 1 if _waiting.crowded else len(answer.citations)):
        with session.lock:
            if session.arriving is not arriving:
                return
            arriving.shown = shown
            seen = session.conversation is arriving.conversation  # whoever looks at another one is left in peace
        if seen:
            card = rendering.answer_html(answer, shown, number=arriving.number, view=view)
            yield {"live": rendering.turn_html(arriving.number, answer.question, card)}
        time.sleep(PAUSE)
    with session.lock:
        if session.arriving is not arriving:
            return
        update = _arrived(page, session, arriving, answer)
    yield from _with_next(page, session, update)


def _with_next(page: Page, session: Session, update: Update) -> Iterator[Update]:
    """Yield what changes, and what can be asked next: in one where that is known, since each change costs time."""
    known = page.next(session) if "past" in update else {}
    yield update | known
    if not known:
        yield from page.following(session)


def _begin(
    page: Page, session: Session, question: str, number: int | None, meant: str | None
) -> tuple[Arriving, Update]:
    """Note that an answer is on its way, and return what changes. Raises InputError where nothing can be asked."""
    conversation = session.conversation
    number = min(number or len(conversation.turns) + 1, len(conversation.turns) + 1)
    question = checked_question(question)
    if meant is not None:
        checked_question(meant)
    if session.arriving and not session.arriving.lost:
        raise InputError(messages.BUSY)
    page.admit(session)
    if number > MOST_TURNS:
        raise InputError(messages.LONG.format(most=MOST_TURNS))
    session.steps += 1
    session.arriving = arriving = Arriving(conversation, number, question)
    kept, replaced = conversation.turns[: number - 1], conversation.turns[number - 1 :]
    return arriving, {
        **({"past": page.past(session)} if replaced or not kept else {}),
        "live": page.live(session),
        "next": "",
        "problem": "",
        "box": "",
    }


def ask_all(page: Page, session: Session, data: Mapping[str, Any]) -> Iterator[Update]:
    """Ask what a button or an edited question asks: one question or several, one after another."""
    number, meant, questions = number_of(data, "turn"), text_of(data, "meant"), data.get("questions")
    conversation = session.conversation
    turns, begun = conversation.turns, len(conversation.turns)
    if isinstance(questions, list):
        for done, question in enumerate(q for q in questions[:_MOST_AT_ONCE] if isinstance(q, str)):
            if session.conversation is conversation and len(turns) == begun + done:  # the one before was answered
                yield from ask(page, session, question)
    elif "meant" in data and number and number <= len(turns):
        yield from ask(page, session, turns[number - 1].question, number=number, meant=meant)
    else:
        yield from ask(page, session, text_of(data, "question"), number=number)


def stop(page: Page, session: Session) -> Iterator[Update]:
    """Yield what changes as an answer is stopped: what had arrived is kept, else the question is given back."""
    with session.lock:
        arriving = session.arriving
        if arriving is None:
            update: Update = {"live": ""}
        elif arriving.answer is None or not arriving.shown:
            session.arriving = None
            notice = parts.notice_html(messages.STOPPED_EARLY)
            update = {**page.everything(session), "problem": notice, "box": arriving.question}
        else:
            update = _arrived(page, session, arriving, arriving.answer, arriving.shown)
    yield from _with_next(page, session, update)


def _answer(page: Page, session: Session, question: str, kept: list[Turn], meant: str | None) -> Answer:
    start = time.perf_counter()
    try:
        with _waiting:
            answer = page.work(Chat(page.asked(session), kept).ask, question, meant)
    except Exception as error:
        log_asked(error, time.perf_counter() - start, with_text=page.allowed.log_questions)
        raise
    log_asked(answer, time.perf_counter() - start, with_text=page.allowed.log_questions)
    return answer


def _arrived(page: Page, session: Session, arriving: Arriving, answer: Answer, stopped: int = 0) -> Update:
    """Make an answer part of its conversation, and return what changes."""
    conversation = arriving.conversation
    session.arriving = None
    conversation.replace(arriving.number, Turn(answer.question, answer.standalone_question, answer))
    page.count(session)
    if stopped:
        conversation.stopped[arriving.number] = stopped
    bar = parts.bar_html(session.names(), session.conversation.id)
    if not any(c is conversation for c in session.conversations):  # it was deleted meanwhile
        return {}
    if session.conversation is not conversation:
        return {"bar": bar, **page.kept(session, conversation)}
    shown = page.show(session, answer.citations[0].document_id) if answer.citations else {}
    tell = page.kept(session, announce=" ".join([answer.text, *rendering.disagreed(answer)]))
    return {"past": page.past(session), "live": "", "bar": bar, **shown, **tell}
