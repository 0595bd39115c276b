"""A conversation as Markdown or as one web page, every quote with what it can be checked by.

Each quote stands with its document, section, offsets, the document's sha256, and whether it verified; what it was made
with stands at the end. Does: escape every text. Does not: write files, or make the JSON
(`conversations/transcripts.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from calcqa import __version__, messages
from calcqa.conversations.verification import Fault, verify_turns
from calcqa.index.index import Index
from calcqa.rendering import disagreed, place, plain, searched, understood, unsaid
from calcqa.rendering.confidence import label
from calcqa.rendering.references import work
from calcqa.types import Answer, Citation, Turn

_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1c2427; font: 1rem/1.6 Georgia, serif; }
h1, h2, footer, .about, .understood { font-family: system-ui, sans-serif; }
h2 { margin: 2.2rem 0 .4rem; font-size: 1.1rem; }
blockquote { margin: .6rem 0 0; padding-left: .9rem; border-left: 3px solid #0b5a68; white-space: pre-line; }
.about { margin: .2rem 0 .9rem 1rem; font-size: .8rem; color: #566269; overflow-wrap: anywhere; }
.understood, footer { font-size: .9rem; color: #566269; } .failed { color: #9a1c1c; }
footer { margin-top: 3rem; border-top: 1px solid #dcdad2; overflow-wrap: anywhere; }
"""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A conversation's quotes held against the index: how many, and the faults by turn (from 1) and number."""

    quotes: int
    faults: dict[tuple[int, int], Fault]

    @classmethod
    def of(cls, turns: Sequence[Turn], index: Index) -> _Checked:
        quotes, faults = verify_turns(turns, index)
        return cls(quotes, {(f.turn, f.citation): f for f in faults})

    def verdict(self, turn: int, citation: Citation) -> str:
        fault = self.faults.get((turn, citation.number))
        return messages.NOT_VERIFIED.format(problem=fault.problem) if fault else messages.VERIFIED

    def words(self, turn: int) -> str:
        """Return what is wrong with the words around a turn's quotes, or with its refusal; empty where nothing is."""
        fault = self.faults.get((turn, 0))
        return messages.NOT_VERIFIED.format(problem=fault.problem) if fault else ""

    def sum(self) -> str:
        good = self.quotes - sum(1 for _, citation in self.faults if citation)
        return messages.VERIFIED_OF.format(good=good, all=self.quotes)


def conversation_markdown(turns: Sequence[Turn], index: Index, *, name: str, now: datetime) -> str:
    """Return a conversation as CommonMark."""
    checked = _Checked.of(turns, index)
    lines = [f"# {plain(name or messages.CONVERSATION)}", ""]
    for number, turn in enumerate(turns, start=1):
        answer = turn.answer
        lines += [f"## {plain(turn.question)}", ""]
        if question := understood(answer):
            lines += [f"{messages.UNDERSTOOD}: {plain(question)}", ""]
        if answer.citations:
            lines += [_supported(answer), ""]
        for c in answer.citations:
            short = [f"> **{plain(c.short_answer)}**", ">"] if c.short_answer else []
            lines += [*short, f"> {plain(c.quote)} [{c.number}]", ""]
            lines += [f"- {plain(line)}" for line in _about(c, checked.verdict(number, c))] + [""]
        for sentence in (*disagreed(answer), *unsaid(answer)):
            lines += [plain(sentence), ""]
        if answer.abstention:
            lines += [plain(answer.text), "", searched(answer.abstention), ""]
        if problem := checked.words(number):
            lines += [plain(problem), ""]
    lines += ["---", "", *(f"- {plain(line)}" for line in _made_with(turns, index, checked, now))]
    return "\n".join(lines) + "\n"


def conversation_page(turns: Sequence[Turn], index: Index, *, name: str, now: datetime) -> str:
    """Return a conversation as one web page, which loads nothing."""
    checked = _Checked.of(turns, index)
    parts = []
    for number, turn in enumerate(turns, start=1):
        answer = turn.answer
        parts.append(Markup("<h2>{}</h2>").format(turn.question))
        if question := understood(answer):
            parts.append(Markup('<p class="understood">{}: {}</p>').format(messages.UNDERSTOOD, question))
        if answer.citations:
            parts.append(Markup('<p class="understood">{}</p>').format(_supported(answer)))
        for c in answer.citations:
            short = Markup("<b>{}</b><br>").format(c.short_answer) if c.short_answer else Markup("")
            parts.append(Markup("<blockquote>{}{} [{}]</blockquote>").format(short, c.quote, c.number))
            kind = "about failed" if (number, c.number) in checked.faults else "about"
            about = Markup("<br>").join(_about(c, checked.verdict(number, c)))
            parts.append(Markup('<p class="{}">{}</p>').format(kind, about))
        parts += [Markup("<p>{}</p>").format(sentence) for sentence in (*disagreed(answer), *unsaid(answer))]
        if answer.abstention:
            parts.append(Markup("<p>{}<br>{}</p>").format(answer.text, searched(answer.abstention)))
        if problem := checked.words(number):
            parts.append(Markup('<p class="about failed">{}</p>').format(problem))
    made = Markup("").join(Markup("<p>{}</p>").format(line) for line in _made_with(turns, index, checked, now))
    title = name or messages.CONVERSATION
    page = Markup(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<style>{}</style></head><body><main><h1>{}</h1>\n{}\n</main><footer>{}</footer></body></html>\n"
    ).format(title, Markup(_STYLE), title, Markup("\n").join(parts), made)  # noqa: S704 - the style is our own
    return str(page)


def _supported(answer: Answer) -> str:
    """Return the sentence with the word that the page shows for the answer's confidence."""
    return messages.CONFIDENCE_IS.format(word=label(answer.confidence))


def _about(citation: Citation, verdict: str) -> list[str]:
    where = f"[{citation.number}] {citation.document_title}, {place(citation)}"
    file = [f"{messages.FILE} sha256 {citation.file_sha256}"] if citation.file_sha256 else []
    return [where, f"{messages.DOCUMENT} sha256 {citation.document_sha256}", *file, verdict]


def _made_with(turns: Sequence[Turn], index: Index, checked: _Checked, now: datetime) -> list[str]:
    """Return what a conversation was made with, line by line: enough to find the same index again."""
    cited = {c.document_id for t in turns for c in t.answer.citations}
    documents = [d for d in index.documents.values() if d.id in cited]
    return [
        messages.NOTICE,
        checked.sum(),
        messages.MADE_WITH.format(program=f"calcqa {__version__}", time=now.isoformat(timespec="seconds")),
        f"{messages.ENCODER} sha256 {index.manifest['encoder']['sha256']}",
        *(f"{d.title} ({d.source}) sha256 {d.sha256}" for d in documents),
        *(f"{work(d)} {messages.RESTATED if d.metadata.get('restatement') else ''}".strip() for d in documents),
    ]
