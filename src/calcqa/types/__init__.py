"""The values that stages exchange. No I/O and no models."""

from calcqa.types.answers import (
    Abstention,
    Answer,
    Citation,
    Disagreement,
    FAQEntry,
    Hit,
    Reason,
    SomeAsked,
    Turn,
    json_name,
    plain,
)
from calcqa.types.documents import (
    Block,
    BlockKind,
    Document,
    Dropped,
    Passage,
    Place,
    Section,
    Span,
    text_hash,
)

__all__ = [
    "Abstention",
    "Answer",
    "Block",
    "BlockKind",
    "Citation",
    "Disagreement",
    "Document",
    "Dropped",
    "FAQEntry",
    "Hit",
    "Passage",
    "Place",
    "Reason",
    "Section",
    "SomeAsked",
    "Span",
    "Turn",
    "json_name",
    "plain",
    "text_hash",
]
