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

import calcqa.offline  # noqa: F401 - first of all: no library may be imported before it
from calcqa.domain import (
    Abstention,
    Answer,
    AskedAhead,
    Citation,
    Document,
    Hit,
    Passage,
    Reason,
    Section,
    Span,
    Turn,
)
from calcqa.errors import CalcqaError, DocumentError, EncoderError, IndexError_, InputError, ReaderError, SidecarError
from calcqa.settings import ChunkSettings, EncoderSettings

if TYPE_CHECKING:
    from calcqa.assistant import Assistant, Chat, build
    from calcqa.assistant import open_assistant as open  # noqa: A004 - the API's own name
    from calcqa.building import BuildReport
    from calcqa.reading import Marked, Reader, Reading

_LATER = {
    "Assistant": ("calcqa.assistant", "Assistant"),
    "BuildReport": ("calcqa.building", "BuildReport"),
    "Chat": ("calcqa.assistant", "Chat"),
    "Marked": ("calcqa.reading", "Marked"),
    "Reader": ("calcqa.reading", "Reader"),
    "Reading": ("calcqa.reading", "Reading"),
    "build": ("calcqa.assistant", "build"),
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
    "Document",
    "DocumentError",
    "EncoderError",
    "EncoderSettings",
    "Hit",
    "IndexError_",
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
