"""The log for operators: one JSON object a line on standard error, by the standard library's logging.

Does: note events with their fields, give what other libraries log or print the same form, keep what people asked out of
it, and write only so many lines a minute. Does not: write files or rotate them (whatever starts the program does that),
or measure anything.

Every line has `time` (ISO 8601, UTC), `level` and `event`. Lines that are not ours have the event "log", with `logger`
and `message`. An error has `error` (its type), `cause` if there is one, and `traceback` (places, no values): its
message may hold what somebody asked, so it is only written where questions are to be logged.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from calcqa.config import MAX_QUESTION
from calcqa.errors import CalcqaError
from calcqa.types import Answer

_LOGGER = logging.getLogger("calcqa")
_PLACES = 12  # innermost places of a traceback: what lies outside them is the server's
_A_MINUTE = 600  # lines of one kind: more tell nobody more, and fill the disk
_LONGEST = MAX_QUESTION  # code points of a field: what anybody types must not fill the disk


class Bounded(logging.Filter):
    """Lets so many records of each kind through a minute, then one that says that more were left out.

    A kind is an event, or the logger of a line that is not ours, of one level.
    """

    def __init__(self, most: int = _A_MINUTE) -> None:
        super().__init__()
        self._most, self._minute = most, 0
        self._seen: Counter[tuple[str, int]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written; the first beyond the limit becomes a warning that more are left out."""
        minute = int(record.created // 60)
        if minute != self._minute:
            self._minute = minute
            self._seen.clear()
        ours = record.__dict__.get("fields") is not None
        kind = (str(record.msg) if ours else record.name, record.levelno)
        self._seen[kind] += 1
        if self._seen[kind] == self._most + 1:
            record.msg, record.args, record.exc_info = "left_out", (), None
            record.__dict__["fields"] = {"kind": kind[0], "until": "the next minute"}
        return self._seen[kind] <= self._most + 1


class Printed(io.TextIOBase):
    """Stands in for standard error: what others print there, such as tracebacks, becomes lines of the log.

    Of a line only what stands before a colon is logged, the rest with `with_text` alone: a message may hold what
    somebody asked, and what is indented shows code and values.
    """

    def __init__(self, *, with_text: bool = False) -> None:
        super().__init__()
        self._with_text, self._begun = with_text, ""

    def write(self, text: str) -> int:
        """Log each line that is whole."""
        *lines, begun = (self._begun + text).split("\n")
        self._begun = begun[:_LONGEST]
        for line in lines:
            if line and not line[0].isspace():
                note("printed", level=logging.WARNING, text=line if self._with_text else line.partition(":")[0])
        return len(text)


class JsonFormatter(logging.Formatter):
    """Makes one line of JSON of a record; with `with_text`, messages of errors too."""

    def __init__(self, *, with_text: bool = False) -> None:
        super().__init__()
        self._with_text = with_text

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "event": "log"}
        fields = record.__dict__.get("fields")
        if fields is None:
            # Further lines of a message are mostly reprs of what failed, with its values.
            message = record.getMessage()[:_LONGEST]
            message = message if self._with_text else message.partition("\n")[0]
            line |= {"logger": record.name, "message": message}
        else:
            line |= {"event": record.msg, **fields}
        if record.exc_info and record.exc_info[1]:
            line |= self._error(record.exc_info[1])
        return json.dumps(line, default=str)  # ASCII: nothing in it steers a terminal

    def _error(self, error: BaseException) -> dict[str, Any]:
        places = [f"{f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(error.__traceback__)[-_PLACES:]]
        told: dict[str, Any] = {"error": type(error).__name__, "traceback": places}
        if cause := error.__cause__ or error.__context__:
            told["cause"] = type(cause).__name__
        if self._with_text:
            told["text"] = str(error)
        elif isinstance(error, OSError) and error.strerror:  # "No space left on device" holds nobody's words
            told["text"] = error.strerror
        return told


def configure(*, with_text: bool = False, stream: TextIO | None = None) -> None:
    """Log as JSON lines to `stream` (standard error by default): our events, and warnings of everybody else.

    With `with_text`, messages of errors are written too, whatever they hold.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(Bounded())
    handler.setFormatter(JsonFormatter(with_text=with_text))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    _LOGGER.setLevel(logging.INFO)


@contextlib.contextmanager
def logging_here(*, with_text: bool = False) -> Iterator[None]:
    """Log to standard error as JSON lines, what is printed there too, for as long as the block lasts."""
    configure(with_text=with_text)
    with printing_logged(with_text=with_text):
        yield


@contextlib.contextmanager
def printing_logged(*, with_text: bool = False) -> Iterator[None]:
    """Have what is printed on standard error logged, for as long as the block lasts; `configure` first."""
    before, logging.raiseExceptions = logging.raiseExceptions, False  # what cannot be logged would be printed again
    try:
        with contextlib.redirect_stderr(Printed(with_text=with_text)):
            yield
    finally:
        logging.raiseExceptions = before


def note(event: str, /, *, level: int = logging.INFO, error: BaseException | None = None, **fields: Any) -> None:
    """Log one event with its fields, and the error that caused it; long texts are cut."""
    short = {k: v[:_LONGEST] if isinstance(v, str) else v for k, v in fields.items()}
    _LOGGER.log(level, event, exc_info=error, extra={"fields": short})


def log_asked(answer: Answer | Exception, seconds: float, *, with_text: bool) -> None:
    """Log that one question was asked: how long it took, in seconds, and what came of it, or the error it ended in.

    The question itself is logged only with `with_text`.
    """
    if isinstance(answer, Exception):
        level = logging.INFO if isinstance(answer, CalcqaError) else logging.ERROR  # an empty question is no fault here
        note("asked", level=level, error=answer, seconds=round(seconds, 3), outcome="error")
        return
    fields: dict[str, Any] = {
        "seconds": round(seconds, 3),
        "outcome": "refused" if answer.abstention else "answered",
        "citations": len(answer.citations),
        "documents": len({c.document_id for c in answer.citations}),
    }
    if with_text:
        fields["question"] = answer.question
    note("asked", **fields)
