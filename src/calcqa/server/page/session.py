"""The state of one open page: its conversations, the one shown, what is asked, and the document beside it.

Conversations live in the person's browser; what is here is a working copy, gone with the page. What comes back from the
browser is hostile input and checked. Does not: answer, or make markup.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from calcqa.conversations.transcripts import transcript, turns_from
from calcqa.errors import InputError
from calcqa.index.index import Index
from calcqa.language.json_input import measured
from calcqa.language.questions import clean_question
from calcqa.server.page.wire import Wire
from calcqa.types import Answer, Span, Turn

MOST_TURNS = 200
"""Questions a conversation may have: a page that grows without end becomes slow."""
MOST_CONVERSATIONS = 100
MOST_VALUES, MOST_CHARACTERS = 300_000, 6_000_000
"""Values, and characters of texts, that are taken back of all conversations; a browser keeps five million."""
_LONGEST_NAME = 80
_PATIENCE = 60.0  # seconds
_ID = 40  # characters an id from the browser may have


@dataclass(slots=True)
class Conversation:
    """A list of turns with a name; `stopped` and `verdicts` are by turn, from 1."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    given: str = ""
    turns: list[Turn] = field(default_factory=list)
    stopped: dict[int, int] = field(default_factory=dict)
    verdicts: dict[int, bool] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name a person gave it, else its first question; empty where there is neither."""
        return self.given or (_short(self.turns[0].question) if self.turns else "")

    def replace(self, number: int, turn: Turn) -> None:
        """Put `turn` in place of turn `number` and those after it."""
        self.turns[number - 1 :] = [turn]
        for held in (self.stopped, self.verdicts):
            for old in [n for n in held if n >= number]:
                del held[old]

    def to_dict(self, index: Index) -> dict[str, Any]:
        """Return what the browser keeps of it."""
        return {
            "id": self.id,
            "given": self.given,
            "stopped": self.stopped,
            "verdicts": self.verdicts,
            "transcript": transcript(self.turns, index, name=self.name, brief=True),
        }

    @classmethod
    def from_dict(cls, data: object, index: Index) -> Conversation:
        """Return what `to_dict` made, back from the browser.

        Raises:
            InputError: it is something else.
        """
        if not isinstance(data, dict):
            raise InputError("A kept conversation is not an object.")
        id_, given = id_of(data), data.get("given", "")
        if not (id_ and isinstance(given, str)):
            raise InputError("A kept conversation has no id or name.")
        turns = turns_from(data.get("transcript"), index)
        if any(c.start >= c.end for t in turns for c in t.answer.citations):
            raise InputError("A kept conversation has a quote without words.")
        if len(turns) > MOST_TURNS:
            raise InputError(f"A kept conversation has more than {MOST_TURNS} turns.")
        stopped = {n: v for n, v in _numbered(data.get("stopped"), len(turns)) if type(v) is int and v > 0}
        verdicts = {n: v for n, v in _numbered(data.get("verdicts"), len(turns)) if type(v) is bool}
        return cls(id_, _short(given), turns, stopped, verdicts)


def _numbered(data: object, turns: int) -> list[tuple[int, object]]:
    """Return those pairs of a JSON object whose keys are numbers of turns."""
    pairs = data.items() if isinstance(data, dict) else ()
    return [(int(k), v) for k, v in pairs if str(k).isdecimal() and len(str(k)) < 9 and 1 <= int(k) <= turns]


def id_of(data: object) -> str:
    """Return the id of what the browser kept, readable or not; empty where it is none."""
    id_ = data.get("id") if isinstance(data, dict) else None
    return id_ if isinstance(id_, str) and id_.isalnum() and len(id_) <= _ID else ""


def _short(name: str) -> str:
    """Return a name on one line, and not too long; what is no character of a text, as half of one, is left out."""
    line = clean_question(name[: 4 * _LONGEST_NAME])
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"


@dataclass(slots=True)
class Arriving:
    """An answer on its way: to which turn of what, the answer once it is there, and how many quotes are shown."""

    conversation: Conversation
    number: int
    question: str
    answer: Answer | None = None
    shown: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def lost(self) -> bool:
        """Whether it has been on its way for so long that its page must have lost it."""
        return time.monotonic() - self.since > _PATIENCE


class Session:
    """One open page. `scope` is the document asked, empty for all; `shown` the one that stands beside the conversation.

    `linked` is a place in `shown` that a link named. `token` finds the person's own documents again after a reload;
    `user` is who is logged in, empty where nobody has to. `steps` counts what was done, so that what was worked out for
    an earlier step can be told; `lock` is held while anything here is read to be changed; `wire` is what leads to its
    browser. (No dataclass: Gradio would copy one field by field, the lock too.)
    """

    def __init__(self) -> None:
        self.conversations: list[Conversation] = [Conversation()]
        self.current = self.scope = self.shown = self.token = self.user = ""
        self.linked: Span | None = None
        self.arriving: Arriving | None = None
        self.wire = Wire()
        self.steps = 0
        self.lock = threading.RLock()

    def __deepcopy__(self, memo: object) -> Session:
        """Return a fresh session: every page is given a copy of the first, and none may share its ids."""
        return Session()

    @property
    def conversation(self) -> Conversation:
        """The conversation that is shown."""
        return next((c for c in self.conversations if c.id == self.current), self.conversations[0])

    @property
    def arriving_here(self) -> Arriving | None:
        """The answer on its way in the conversation that is shown, unless its page has lost it."""
        arriving = self.arriving
        here = arriving is not None and not arriving.lost and arriving.conversation is self.conversation
        return arriving if here else None

    def names(self) -> list[tuple[str, str]]:
        """Return the ids and names of the conversations, the newest first."""
        return [(c.id, c.name) for c in self.conversations]

    def begin(self) -> Conversation:
        """Begin a new conversation and show it; an empty one is used again."""
        going = self.arriving.conversation if self.arriving else None
        empty = next((c for c in self.conversations if not c.turns and not c.given and c is not going), None)
        if empty is None:
            empty = Conversation()
            self.conversations.insert(0, empty)
            del self.conversations[MOST_CONVERSATIONS:]
        self.current = empty.id
        return empty

    def open(self, id: str) -> None:  # noqa: A002 - what it is
        """Show the conversation with this id, if there is one."""
        if any(c.id == id for c in self.conversations):
            self.current = id

    def delete(self, id: str) -> None:  # noqa: A002 - what it is
        """Forget a conversation; where it was shown, the next one is."""
        self.conversations = [c for c in self.conversations if c.id != id] or [Conversation()]
        if self.current == id:
            self.current = self.conversations[0].id

    def rename(self, name: str) -> None:
        """Give the conversation that is shown a name; an empty one is none."""
        self.conversation.given = _short(name)

    def restore(self, kept: Sequence[object], current: str, index: Index) -> list[str]:
        """Take conversations back from the browser; return the ids of those that could not be read or were too much."""
        known = {c.id for c in self.conversations}
        restored, lost = [], []
        values, characters = MOST_VALUES, MOST_CHARACTERS
        for data in kept[:MOST_CONVERSATIONS]:
            try:
                count, length = measured(data, values=values, characters=characters)  # before anything is made of it
                conversation = Conversation.from_dict(data, index)
            except ValueError:
                lost.append(id_of(data))
                continue
            values, characters = values - count, characters - length
            if conversation.id not in known:
                known.add(conversation.id)
                restored.append(conversation)
        going = self.arriving.conversation if self.arriving else None
        asked = [c for c in self.conversations if c.turns or c is going]  # somebody was quicker than their browser
        self.conversations = [*asked, *restored][:MOST_CONVERSATIONS]
        if not asked:
            self.begin()
            self.open(current)
        return lost
