"""Example questions of the first screen: those written for the report that ships, else computed from the documents.

Does not: ask them, or say what can be asked next (`conversations/suggestions.py` does, and helps here).
"""

from __future__ import annotations

from calcqa import messages
from calcqa.assistant import Assistant
from calcqa.conversations.suggestions import Suggester

Example = tuple[str, tuple[str, ...]]
"""A topic, and the questions to ask one after another."""

_MOST = 5


def examples(assistant: Assistant, suggester: Suggester) -> tuple[Example, ...]:
    """Return example questions: those written for a known report, else some that are answered and one that is not."""
    index = assistant.index
    for document in index.documents.values():
        if written := messages.WRITTEN_EXAMPLES.get(document.title.casefold()):
            return written
    asked = tuple(("", (question,)) for question in suggester.after([], _MOST))
    gap = next((a for a in index.faq if a.unanswerable and a.document_id), None)
    return (*asked, *([(messages.NOT_IN_TEXT, (gap.question,))] if gap else []))
