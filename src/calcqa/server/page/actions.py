"""Actions of the page's buttons, lists and forms, other than asking: one function each, by the name they carry.

Each takes what the event carries, which comes from a browser and may be anything, and returns what changes on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from calcqa import messages, rendering
from calcqa.errors import CalcqaError
from calcqa.server.page import adding, parts
from calcqa.server.page.exports import export
from calcqa.server.page.page import Page, Update
from calcqa.server.page.session import Session
from calcqa.server.page.wire import number_of, text_of
from calcqa.types import Span, text_hash

Data = Mapping[str, Any]

_RESTORED = 0.8
"""Share of the exchanges that all pages may hold beyond which none is taken back: the rest is for new questions."""


def act(page: Page, session: Session, data: Data) -> Iterator[Update]:
    """Yield what changes as what `data["do"]` names is done; nothing where it is unknown, a sentence where it fails."""
    if data.get("do") == "add":  # in its own time, and with its own progress
        yield from adding.add(page, session, data)
        return
    action = ACTIONS.get(text_of(data, "do"))
    if action is None:
        return
    with session.lock:
        session.steps += 1
        try:
            update = action(page, session, data)
        except CalcqaError as error:
            update = {"problem": parts.problem_html(str(error))}
    yield update
    if "next" in update:
        yield from page.following(session)


# --- conversations ----------------------------------------------------------------------------------------------------


def _new(page: Page, session: Session, data: Data) -> Update:
    session.begin()
    session.linked = None
    return {**page.everything(session), **page.kept(session, box="")}


def _switch(page: Page, session: Session, data: Data) -> Update:
    session.open(text_of(data, "id"))
    page.beside(session)
    return {**page.everything(session), **page.kept(session)}


def _delete(page: Page, session: Session, data: Data) -> Update:
    gone = text_of(data, "id")
    session.delete(gone)
    page.beside(session)
    return {**page.everything(session), "forget": [gone], "current": session.conversation.id}


def _rename(page: Page, session: Session, data: Data) -> Update:
    session.rename(text_of(data, "name"))
    return {"bar": parts.bar_html(session.names(), session.conversation.id), **page.kept(session)}


def _export(page: Page, session: Session, data: Data) -> Update:
    if not session.conversation.turns:
        return {"problem": parts.problem_html(messages.NOTHING_TO_EXPORT)}
    index = page.workspace(session).assistant().index
    parcel = export(session.conversation.turns, session.conversation.name, index, text_of(data, "kind"))
    return {"problem": "", "download": parcel}


def _restore(page: Page, session: Session, data: Data) -> Update:
    """Restore what the browser kept: conversations, and the token of documents added before; show a linked place."""
    page.admit(session, _RESTORED)
    session.token = page.workspaces.owned(text_of(data, "token")[:64], session.user)
    kept = data.get("conversations")
    index = page.workspace(session).assistant().index
    lost = session.restore(kept if isinstance(kept, list) else [], text_of(data, "current"), index)
    page.count(session)
    page.beside(session)
    linked = _open(page, session, data) if text_of(data, "document") else {}
    problem = parts.lost_html(list(filter(None, lost))) if lost else ""
    return {**page.everything(session), "problem": problem, **linked}


def _forget(page: Page, session: Session, data: Data) -> Update:
    """Return the message that has the browser forget conversations that could not be read."""
    return {"problem": "", "forget": text_of(data, "ids").split()}


def _token(page: Page, session: Session, data: Data) -> Update:
    """Take over the documents another tab of this browser has just begun to add, where this one has none."""
    if page.workspaces.has(session.token):
        return {}
    session.token = page.workspaces.owned(text_of(data, "token")[:64], session.user)
    return page.library(session)


# --- answers ----------------------------------------------------------------------------------------------------------


def _rest(page: Page, session: Session, data: Data) -> Update:
    session.conversation.stopped.pop(number_of(data, "turn") or 0, None)
    return {"past": page.past(session), **page.kept(session)}


def _feedback(page: Page, session: Session, data: Data) -> Update:
    store, number, conversation = page.allowed.feedback, number_of(data, "turn"), session.conversation
    if store is None or not number or number > len(conversation.turns):
        return {}
    good, turn = data.get("good") in (True, "true"), conversation.turns[number - 1]
    index = page.workspace(session).assistant().index
    whose = f"{text_hash(session.user)[:16]}." if session.user else ""  # an id from a browser may be another's
    key = f"{whose}{conversation.id}-{number}-{text_hash(turn.standalone_question)[:8]}"
    if "comment" not in data and conversation.verdicts.get(number) is good:  # the button that is pressed already
        store.remove(key)
        del conversation.verdicts[number]
        notice = messages.WITHDRAWN
    else:
        store.add(turn, good, text_of(data, "comment"), index, id=key)
        conversation.verdicts[number] = good
        notice = messages.THANKS
    return {"past": page.past(session), "problem": parts.notice_html(notice), **page.kept(session)}


# --- documents and places ---------------------------------------------------------------------------------------------


def _scope(page: Page, session: Session, data: Data) -> Update:
    chosen = text_of(data, "document")
    session.scope = chosen if chosen in {d.id for d in page.documents(session)} else ""
    return {**page.show(session, session.scope or session.shown), **page.offered(session)}


def _show(page: Page, session: Session, data: Data) -> Update:
    return page.show(session, text_of(data, "document"))


def _open(page: Page, session: Session, data: Data) -> Update:
    """Show a place by its document and characters, as a link names it."""
    document = next((d for d in page.documents(session) if d.id == text_of(data, "document")), None)
    start, end = number_of(data, "start"), number_of(data, "end")
    if document is None or start is None or end is None or not start < end <= len(document.text):
        return {"problem": parts.problem_html(messages.NO_SUCH_PLACE)}
    section = " › ".join(document.headings_at(start)) or document.title
    at = rendering.where(start, end, document.page_at(start), document.by_ocr(start))
    opened = {
        "mark": rendering.mark_id(document.id, start, end),
        "where": messages.AT.format(section=section, where=at),
    }
    shown = page.show(session, document.id, Span(start, end))
    return {**shown, "opened": opened}


def _remove(page: Page, session: Session, data: Data) -> Update:
    gone = text_of(data, "document")
    title = next((d.title for d in page.documents(session) if d.id == gone), "")
    page.workspaces.remove(session.token, gone)
    page.removed()
    session.scope = "" if session.scope == gone else session.scope
    return {**page.everything(session), "problem": parts.notice_html(messages.REMOVED.format(title=title))}


ACTIONS: dict[str, Callable[[Page, Session, Data], Update]] = {
    "choose": adding.begin,
    "delete": _delete,
    "export": _export,
    "feedback": _feedback,
    "forget": _forget,
    "new": _new,
    "open": _open,
    "remove": _remove,
    "rename": _rename,
    "rest": _rest,
    "restore": _restore,
    "scope": _scope,
    "show": _show,
    "switch": _switch,
    "token": _token,
}
