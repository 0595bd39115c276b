"""The page over one assistant: what it shows of a session, by the names of its parts.

Does: put together what is on the page from a session's conversation and the documents it can ask. Does not: hold a
conversation (that is the session's, and the browser's), know the page's components (`server/page/layout.py` wires the
names to them), ask (`server/page/asking.py`), or do what buttons ask for (`server/page/actions.py`).
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, finalize

from cachetools import LRUCache

from calcqa import messages, rendering
from calcqa.assistant import Assistant
from calcqa.conversations.feedback import Feedback
from calcqa.conversations.suggestions import Suggester
from calcqa.documents.about import about
from calcqa.documents.load import SUFFIXES
from calcqa.errors import InputError
from calcqa.server.logs import note
from calcqa.server.page import parts
from calcqa.server.page.examples import examples
from calcqa.server.page.session import Conversation, Session
from calcqa.server.uploads import Uploads
from calcqa.server.workspaces import MEMORY, Workspaces
from calcqa.types import Answer, Document, Span
from calcqa.workspace import Limits, Workspace

SUGGESTED = 3
"""Questions offered after an answer."""

TURNS = 50_000
"""Exchanges that all open pages together may hold; each takes some fourteen kilobytes."""

_CALM = 0.2  # seconds between questions asked beforehand
_SUGGESTERS = 32  # kept at a time; each holds the index it suggests from

Update = dict[str, Any]
"""What changes on the page, by the names of its parts, and what its script is to do (page.js)."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator allows: limits of uploads, the folder they are saved in, feedback, questions in the log.

    `memory` is the bytes that the documents of everybody together may take.
    """

    limits: Limits = Limits()
    save_uploads: Path | None = None
    feedback: Feedback | None = None
    log_questions: bool = False
    memory: int = MEMORY


class Page:
    """The page over one assistant; safe to share between sessions.

    `cores` is where answers are worked out, one after another in the order asked: more at once would only make all wait
    longer.
    """

    def __init__(self, assistant: Assistant, allowed: Allowed | None = None) -> None:
        self.allowed = allowed or Allowed()
        self.workspaces = Workspaces(assistant, self.allowed.limits, self.allowed.save_uploads, self.allowed.memory)
        self.uploads = Uploads(self.allowed.limits)
        self._closed = False
        self.ended = threading.Event()  # set when the server waits no longer: documents are not added to their end
        self._turns = 0  # of all open sessions together, as counted last
        self._counted: WeakKeyDictionary[Session, list[int]] = WeakKeyDictionary()  # its turns, a list of that number
        self._gone: deque[list[int]] = deque()  # what was counted of sessions that are over, not yet taken off
        self.cores = ThreadPoolExecutor(os.cpu_count() or 1, "calcqa-asked")
        self._suggesters: LRUCache[Assistant, Suggester] = LRUCache(_SUGGESTERS)
        self._lock = threading.Lock()
        self.examples = examples(assistant, self._suggester(assistant))

    def admit(self, session: Session, share: float = 1.0) -> None:
        """Count a session, and check that all together may hold more, within a share of what they may hold.

        Raises:
            InputError: all of them together hold as much as they may.
        """
        if self.count(session) >= share * TURNS:
            raise InputError(messages.SERVER_FILLED)

    def count(self, session: Session) -> int:
        """Return how many turns all open sessions hold, once those of this one are counted anew.

        To be called whenever a session has come to hold more. Only its own conversations are gone through.
        """
        now = sum(len(c.turns) for c in session.conversations)
        with self._lock:
            if session not in self._counted:
                self._counted[session] = [0]
                # Whichever thread lets go of it may hold the lock: it only leaves a note.
                finalize(session, self._gone.append, self._counted[session]).atexit = False
            counted = self._counted[session]
            self._turns += now - counted[0]
            counted[0] = now
            while self._gone:
                self._turns -= self._gone.popleft()[0]
            return self._turns

    def work(self, ask: Callable[..., Answer], *question: Any) -> Answer:
        """Return the answer of `ask` to a question, once it is its turn.

        Raises:
            InputError: the server is being stopped, and its turn does not come.
        """
        try:
            return self.cores.submit(ask, *question).result()
        except (RuntimeError, CancelledError) as error:
            if not self._closed:
                raise
            raise InputError(messages.STOPPING) from error

    def close(self) -> None:
        """Answer no further question: those that wait for their turn are refused."""
        self._closed = True
        self.cores.shutdown(wait=False, cancel_futures=True)

    def prepare(self) -> None:
        """Find out, in a thread of its own and in no hurry, what can be suggested over the shared index."""

        def work() -> None:
            try:
                self._suggester(self.workspaces.base).prepare(_CALM)
            except Exception as error:  # nobody waits for it: it will fail again where somebody does
                note("preparing", level=logging.ERROR, error=error)

        threading.Thread(target=work, daemon=True).start()

    # --- what there is ------------------------------------------------------------------------------------------------

    def documents(self, session: Session) -> list[Document]:
        """Return the documents that this session can ask, those of the library first."""
        return self.workspace(session).documents()

    def workspace(self, session: Session) -> Workspace:
        """Return the workspace of this session."""
        return self.workspaces.of(session.token)

    def asked(self, session: Session) -> Assistant:
        """Return the assistant to ask: over the document chosen, else over all."""
        workspace = self.workspace(session)
        try:
            return workspace.assistant(session.scope or None)
        except InputError:  # the document is gone, with its workspace
            session.scope = ""
            return workspace.assistant()

    def view(self, session: Session) -> rendering.View:
        """Return what the cards of this session's conversation can use."""
        workspace, conversation = self.workspace(session), session.conversation
        index = workspace.assistant().index
        return rendering.View(
            documents={d.id: d for d in workspace.documents()},
            with_faq=index.with_sidecar,
            figures=index.weights.figures,
            feedback=self.allowed.feedback is not None,
            verdicts=conversation.verdicts,
            stopped=conversation.stopped,
        )

    def removed(self) -> None:
        """Forget what is worked out over documents: one of them is gone."""
        with self._lock:
            self._suggesters.clear()

    def _suggester(self, assistant: Assistant) -> Suggester:
        with self._lock:
            if assistant not in self._suggesters:
                self._suggesters[assistant] = Suggester(assistant)
            return self._suggesters[assistant]

    # --- what is shown ------------------------------------------------------------------------------------------------

    def everything(self, session: Session) -> Update:
        """Return the whole page as this session has it, without what can be asked next."""
        return {
            "past": self.past(session),
            "live": self.live(session),
            **self.offered(session),
            "problem": "",
            **self.library(session),
            "bar": parts.bar_html(session.names(), session.conversation.id),
            "source": self.source(session),
        }

    def live(self, session: Session) -> str:
        """Return the question that is being answered in the conversation shown, if one is."""
        arriving = session.arriving_here
        return rendering.turn_html(arriving.number, arriving.question, parts.waiting_html()) if arriving else ""

    def past(self, session: Session) -> str:
        """Return the conversation so far, without what is being answered anew; or the first screen."""
        turns = session.conversation.turns
        if arriving := session.arriving_here:
            return rendering.conversation_html(turns[: arriving.number - 1], self.view(session))
        return rendering.conversation_html(turns, self.view(session)) if turns else parts.welcome_html()

    def offered(self, session: Session) -> Update:
        """Return what is offered at once: examples on the first screen; `following` brings the rest."""
        return {"next": "" if session.conversation.turns else parts.examples_html(self.examples)}

    def next(self, session: Session) -> Update:
        """Return what can be asked next, where that is known already."""
        known = self._suggester(self.asked(session)).at_once(session.conversation.turns, SUGGESTED)
        return {} if known is None else {"next": parts.next_html(known)}

    def following(self, session: Session) -> Iterator[Update]:
        """Yield what can be asked next, which takes a while; nothing, where something was done meanwhile."""
        step, turns = session.steps, list(session.conversation.turns)
        if turns:
            offered = parts.next_html(self._suggester(self.asked(session)).after(turns, SUGGESTED))
            if session.steps == step:
                yield {"next": offered}

    def library(self, session: Session) -> Update:
        """Return the list of documents, and the choice of which to ask."""
        documents, limits = self.documents(session), self.allowed.limits
        hint = messages.ADD_HINT.format(
            suffixes=", ".join(SUFFIXES),
            size=f"{limits.bytes / 1e6:g} MB",
            count=limits.documents,
            characters=limits.characters,
            kept=messages.ADD_SAVED if self.allowed.save_uploads else messages.ADD_SESSION,
        )
        own = {d.id for d in self.workspaces.removable(session.token)}
        return {
            "library": parts.library_html(documents, own, self._shown(session).id, hint),
            "scope": parts.scope_html(documents, session.scope),
        }

    def show(self, session: Session, document_id: str, linked: Span | None = None) -> Update:
        """Show a document beside the conversation, and `linked` marked in it; return what changes."""
        before = self._shown(session).id
        session.shown, session.linked = document_id, linked
        changed = self.library(session) if self._shown(session).id != before else {}
        return {**changed, "source": self.source(session)}

    def beside(self, session: Session) -> None:
        """Show the document that the conversation quoted last, as beside a conversation just opened."""
        quoted = [c.document_id for t in session.conversation.turns for c in t.answer.citations]
        session.shown, session.linked = quoted[-1] if quoted else session.shown, None

    def _shown(self, session: Session) -> Document:
        documents = self.documents(session)
        return next((d for d in documents if d.id == session.shown), documents[0])

    def source(self, session: Session) -> str:
        """Return the source pane: the document shown, with what the conversation quotes from it marked."""
        document = self._shown(session)
        cited = [c for t in session.conversation.turns for c in t.answer.citations if c.document_id == document.id]
        spans = [Span(c.start, c.end) for c in cited if c.stands_in(document)]
        if session.linked and session.shown == document.id:
            spans.append(session.linked)
        return rendering.source_html(document, spans, about(document).line)

    # --- to the browser -----------------------------------------------------------------------------------------------

    def kept(self, session: Session, conversation: Conversation | None = None, **more: Any) -> dict[str, Any]:
        """Return what has the browser keep a conversation as it is now: the one shown, or another; and `more`."""
        conversation = conversation or session.conversation
        index = self.workspace(session).assistant().index
        kept = {f"keep:{conversation.id}": conversation.to_dict(index)} if conversation.turns else {}
        return {**kept, "current": session.conversation.id, **more}
