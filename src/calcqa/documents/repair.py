"""What loaders write in place of what stands in a file: one space for many, one bullet for all kinds.

Nothing else of a text is repaired: what a file says stays as it was written, its errors too.
"""

from __future__ import annotations

BULLET = "• "


def squeeze(text: str) -> str:
    """Return `text` on one line, each run of whitespace as one space, none at the ends."""
    return " ".join(text.split())
