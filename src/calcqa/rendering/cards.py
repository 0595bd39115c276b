"""An answer as a card, and a conversation as a list of them: HTML.

Does: the short answer, the quotes with their numbers, how sure it is, what to do with it; a refusal looks different.
Does not: know what happens when something is pressed: that stands in `data-` attributes, for the page's script.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from markupsafe import Markup

from calcqa import messages
from calcqa.rendering.confidence import label, meaning, word
from calcqa.rendering.phrases import disagreed, mark_id, place, searched, understood, unsaid, untold
from calcqa.rendering.references import reference
from calcqa.types import Abstention, Answer, Citation, Document, Reason, Turn

_EMPTY = Markup("")


@dataclass(frozen=True, slots=True)
class View:
    """What cards can use besides their answers.

    `documents` are those that can be shown, by id: a quote that does not stand in them is marked as such (without any,
    all are taken to stand). `with_faq` are the ids of those with FAQ entries, and `figures` what a confidence
    was worth when the weights of their index were fitted. `verdicts` has the verdict on each answer, by turn from 1,
    and `feedback` whether verdicts can be given. `stopped` has how many quotes had arrived where somebody stopped, by
    turn.
    """

    documents: Mapping[str, Document] = field(default_factory=dict)
    with_faq: Collection[str] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    feedback: bool = False
    verdicts: Mapping[int, bool] = field(default_factory=dict)
    stopped: Mapping[int, int] = field(default_factory=dict)


_PLAIN = View()


def answer_html(answer: Answer, shown: int | None = None, *, number: int = 1, view: View = _PLAIN) -> Markup:
    """Return the answer as a card; with `shown`, only its first so many quotes (for an answer that is arriving)."""
    chip = _understood_html(answer, number)
    if answer.abstention:
        return _abstention_html(answer, answer.abstention, chip, _feedback_html(number, view))
    arriving = shown is not None and shown < len(answer.citations)
    shown = min(len(answer.citations), shown or view.stopped.get(number) or len(answer.citations))
    groups = [
        (where, list(g)) for where, g in groupby(answer.citations[:shown], key=lambda c: (c.document_title, c.section))
    ]
    quotes = _EMPTY.join(_quotes_html(where, group, view) for where, group in groups)
    rest = _EMPTY
    if not arriving:
        rest = _EMPTY.join(Markup('<p class="disagree">{}</p>').format(one) for one in disagreed(answer))
        rest += _EMPTY.join(Markup('<p class="unsaid">{}</p>').format(one) for one in unsaid(answer))
    if not arriving and shown < len(answer.citations):
        stopped = messages.STOPPED.format(shown=shown, all=len(answer.citations))
        rest += Markup(
            '<p class="stopped">{} <button type="button" data-do="rest" data-turn="{}">{}</button></p>'
        ).format(stopped, number, messages.SHOW_REST)
    actions = _EMPTY if arriving else _actions_html(answer, number, view)
    return Markup('<section class="card answer" aria-label="{}">{}{}{}{}{}</section>').format(
        messages.ANSWER, chip, _meta_html(answer, view), quotes, rest, actions
    )


def turn_html(number: int, question: str, card: Markup) -> Markup:
    """Return one exchange: what was typed, with a way to edit it, and a card."""
    edit = Markup(
        '<button type="button" class="edit" data-edit="question" aria-label="{}">{}</button>'
        '<form class="editing" data-ask="question" data-turn="{}" hidden><label><span class="sr">{}</span>'
        '<textarea name="text" rows="2" maxlength="2000">{}</textarea></label>{}</form>'
    ).format(messages.EDIT_QUESTION, messages.EDIT, number, messages.EDIT_QUESTION, question, _form_end())
    return Markup(
        '<article class="turn" data-turn="{}"><div class="asking"><h3 class="asked"><span class="sr">{} </span>{}</h3>'
        "{}</div>{}</article>"
    ).format(number, messages.YOU_ASKED, question, edit, card)


def conversation_html(turns: Sequence[Turn], view: View = _PLAIN) -> Markup:
    """Return every exchange of a conversation, the oldest first."""
    return _EMPTY.join(
        turn_html(n, t.question, answer_html(t.answer, number=n, view=view)) for n, t in enumerate(turns, start=1)
    )


# --- the parts of a card ----------------------------------------------------------------------------------------------


def _form_end() -> Markup:
    return Markup(
        '<p class="drops">{}</p><button type="submit" class="primary">{}</button> '
        '<button type="button" data-edit="cancel">{}</button>'
    ).format(messages.DROPS, messages.ASK_AGAIN, messages.CANCEL)


def _understood_html(answer: Answer, number: int) -> Markup:
    question = understood(answer)
    if not question:
        return _EMPTY
    return Markup(
        '<div class="understood"><p><span>{}</span> <b>{}</b> '
        '<button type="button" class="edit" data-edit="understood" aria-label="{}">{}</button></p>'
        '<form class="editing" data-ask="understood" data-turn="{}" hidden><label><span class="sr">{}</span>'
        '<textarea name="text" rows="2" maxlength="2000">{}</textarea></label>{}</form></div>'
    ).format(
        messages.UNDERSTOOD,
        question,
        messages.EDIT_UNDERSTOOD,
        messages.EDIT,
        number,
        messages.EDIT_UNDERSTOOD,
        question,
        _form_end(),
    )


def _meta_html(answer: Answer, view: View) -> Markup:
    best = answer.citations[0]
    means = meaning(answer.confidence, view.figures, with_faq=best.document_id in view.with_faq)
    topic = best.section.split(" › ")[0]
    return Markup(
        '<p class="meta"><span class="confidence {}" tabindex="0" data-tip="{}">{}</span>'
        '<span class="topic" tabindex="0" data-tip="{}">{}</span></p>'
    ).format(word(answer.confidence), means, label(answer.confidence), messages.TOPIC_HINT, topic)


def _quotes_html(where: tuple[str, str], citations: Sequence[Citation], view: View) -> Markup:
    title, section = where
    whence = title if section == title else f"{title}, {section}"
    parts = []
    for before, c in zip((None, *citations), citations, strict=False):
        if c.context and not (before and before.context == c.context):  # once above rows of one table
            parts.append(Markup('<p class="lead">{}</p>').format("\n".join(c.context)))
        if c.before and not (before and before.quote == c.before):
            parts.append(Markup('<p class="lead">{}</p>').format(c.before))
        if c.short_answer:
            parts.append(Markup('<p class="short">{}</p>').format(c.short_answer))
        parts.append(Markup("<p><q>{}</q>&#8239;{}</p>").format(c.quote, _citation_html(c, whence, view)))
    heading = Markup('<span class="section">{}</span>').format(section) if section != title else _EMPTY
    return Markup(
        '<figure class="quotes"><blockquote>{}</blockquote><figcaption>{}<cite>{}</cite></figcaption></figure>'
    ).format(_EMPTY.join(parts), heading, title)


def _citation_html(citation: Citation, where: str, view: View) -> Markup:
    if view.documents and not citation.stands_in(view.documents.get(citation.document_id)):
        return Markup('<span class="fallen" tabindex="0" data-tip="{}">[{}]</span>').format(
            messages.NOT_STANDING, citation.number
        )
    return Markup(
        '<button type="button" class="cite" data-document="{}" data-start="{}" data-end="{}" data-mark="{}" '
        'data-where="{}" data-place="{}" aria-label="{}">[{}]</button>'
    ).format(
        citation.document_id,
        citation.start,
        citation.end,
        mark_id(citation.document_id, citation.start, citation.end),
        f"[{citation.number}] {place(citation)}",
        where,
        messages.SHOW_SOURCE.format(number=citation.number),
        citation.number,
    )


def _actions_html(answer: Answer, number: int, view: View) -> Markup:
    lines = [f"{' '.join(c.quote.split())} [{c.number}]" for c in answer.citations]
    places = [f"[{c.number}] {c.document_title}, {place(c)}" for c in answer.citations]
    copy = Markup('<button type="button" data-copy="{}" data-tip="{}">{}</button>').format(
        "\n".join([*lines, "", *places]), messages.COPY_HINT, messages.COPY
    )
    cited = [reference(c, view.documents[c.document_id]) for c in answer.citations if c.document_id in view.documents]
    cite = _EMPTY
    if cited:
        cite = Markup(
            '<details class="references"><summary data-tip="{}">{}</summary><div>{}'
            '<button type="button" data-copy="{}">{}</button></div></details>'
        ).format(
            messages.CITE_HINT,
            messages.CITE,
            _EMPTY.join(Markup("<p>{}</p>").format(line) for line in cited),
            "\n".join(cited),
            messages.COPY_REFERENCE,
        )
    return Markup('<div class="actions">{}{}{}</div>').format(copy, cite, _feedback_html(number, view))


def _feedback_html(number: int, view: View) -> Markup:
    if not view.feedback:
        return _EMPTY
    given = view.verdicts.get(number)
    buttons = _EMPTY.join(
        Markup('<button type="button" data-do="feedback" data-turn="{}" data-good="{}" aria-pressed="{}">{}</button>')
        .format(number, json.dumps(good), json.dumps(given is good), label)
        for good, label in ((True, messages.HELPFUL), (False, messages.NOT_HELPFUL))
    )  # fmt: skip
    form = _EMPTY
    if given is not None:
        form = Markup(
            '<form class="comment" data-do="feedback" data-turn="{}" data-good="{}"><label>{} '
            '<input name="comment" maxlength="2000" autocomplete="off"></label> '
            '<button type="submit">{}</button></form>'
        ).format(number, json.dumps(given), messages.COMMENT, messages.SEND)
    return Markup('<div class="feedback">{}{}</div>').format(buttons, form)


def _abstention_html(answer: Answer, abstention: Abstention, chip: Markup, feedback: Markup) -> Markup:
    no_question = abstention.reason is Reason.NOT_A_QUESTION
    missing = untold(answer, abstention)
    terms = Markup(", ").join(Markup("<q>{}</q>").format(t) for t in missing)
    words = Markup('<p class="terms">{} {}</p>').format(messages.NEVER_OCCUR, terms) if missing else _EMPTY
    nearest = _EMPTY.join(
        Markup('<li><span class="section">{}</span><p>{}</p></li>').format(
            " › ".join(h.passage.headings), h.passage.text
        )
        for h in abstention.nearest
    )
    folded = _EMPTY
    if nearest and not no_question:
        folded = Markup('<details><summary>{} <em>{}</em></summary><ul class="nearest">{}</ul></details>').format(
            messages.NEAREST, messages.NOT_AN_ANSWER, nearest
        )
    return Markup(
        '<section class="card abstention" aria-label="{}">{}<p class="verdict">{}</p><p>{}</p>{}{}{}{}</section>'
    ).format(
        messages.NO_ANSWER,
        chip,
        messages.NOT_A_QUESTION if no_question else messages.NO_ANSWER_HERE,
        answer.text,
        _EMPTY if no_question else words,
        _EMPTY if no_question else Markup('<p class="searched">{}</p>').format(searched(abstention)),
        folded,
        Markup('<div class="actions">{}</div>').format(feedback) if feedback else _EMPTY,
    )
