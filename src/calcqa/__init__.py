"""calcqa: questions about clinical reports, answered with sentences quoted from them, or honestly not at all.

    import calcqa
    assistant = calcqa.open()
    answer = assistant.ask("What did the wound culture grow?")
    answer.text, answer.citations, answer.abstention

Importing this is quick: models and interfaces are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

from calcqa.config import ChunkSettings, EncoderSettings  # first: libraries read their variables when imported
from calcqa.errors import (
    CalcqaError,
    DocumentError,
    EncoderError,
    IndexFormatError,
    InputError,
    ReaderError,
    SidecarError,
)
from calcqa.types import (
    Abstention,
    Answer,
    Citation,
    Disagreement,
    Document,
    FAQEntry,
    Hit,
    Passage,
    Reason,
    Section,
    Span,
    Turn,
)

AskedAhead = FAQEntry
"""`FAQEntry`, by its former name."""

IndexError_ = IndexFormatError
"""`IndexFormatError`, by its former name."""

if TYPE_CHECKING:
    from calcqa.assistant import Assistant, Chat
    from calcqa.assistant import open_assistant as open  # noqa: A004 - the API's own name
    from calcqa.index.build import BuildReport
    from calcqa.index.default_build import build
    from calcqa.models.reader import Marked, Reader, Reading

_LATER = {
    "Assistant": ("calcqa.assistant", "Assistant"),
    "BuildReport": ("calcqa.index.build", "BuildReport"),
    "Chat": ("calcqa.assistant", "Chat"),
    "Marked": ("calcqa.models.reader", "Marked"),
    "Reader": ("calcqa.models.reader", "Reader"),
    "Reading": ("calcqa.models.reader", "Reading"),
    "build": ("calcqa.index.default_build", "build"),
    "open": ("calcqa.assistant", "open_assistant"),
}

__all__ = [
    "Abstention",
    "Answer",
    "AskedAhead",
    "Assistant",
    "BuildReport",
    "CalcqaError",
    "Chat",
    "ChunkSettings",
    "Citation",
    "Disagreement",
    "Document",
    "DocumentError",
    "EncoderError",
    "EncoderSettings",
    "FAQEntry",
    "Hit",
    "IndexError_",
    "IndexFormatError",
    "InputError",
    "Marked",
    "Passage",
    "Reader",
    "ReaderError",
    "Reading",
    "Reason",
    "Section",
    "SidecarError",
    "Span",
    "Turn",
    "__version__",
    "build",
    "open",
]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        import importlib

        module, attribute = _LATER[name]
        return getattr(importlib.import_module(module), attribute)
    raise AttributeError(f"module 'calcqa' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
