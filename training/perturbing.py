"""Questions turned so that their passage no longer answers them: near misses, as people write them to trick a reader.

Does: one small change to a question whose answer stands in the passage: another number, another name, a word's
opposite, now and then a "not". Such are most of SQuAD 2.0's unanswerable questions (Rajpurkar et al. 2018, table 2).
Does not: check that no answer is left; a few of the questions made still have one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_PAIRS = (
    "first last|largest smallest|more less|before after|increase decrease|increased decreased|increases decreases|"
    "north south|northern southern|east west|eastern western|oldest youngest|highest lowest|higher lower|best worst|"
    "most least|won lost|win lose|born killed|early late|earlier later|above below|with without|major minor|"
    "public private|male female|men women|boys girls|older younger|start end|started ended|began ended|"
    "rise fall|rose fell|cause prevent|causes prevents|caused prevented|inside outside|maximum minimum|greater smaller|"
    "always never|accept reject|accepted rejected|allowed forbidden|strong weak|strongest weakest|rich poor|"
    "positive negative|acute chronic|benign malignant|upper lower|proximal distal|children adults|improve worsen|"
    "improved worsened|normal abnormal|common rare|activate inhibit|activates inhibits|safe harmful|oral intravenous|"
    "before during|longest shortest|long short|large small|begin finish|enter leave|buy sell|true false"
)
_OPPOSITES = {
    a: b for pair in _PAIRS.split("|") for one, other in [pair.split()] for a, b in ((one, other), (other, one))
}
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_NAME = re.compile(r"(?<=[a-z,;:)'’] )[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|did|does|do|can|could|has|have|had|will|would|should|may|might)\b", re.IGNORECASE
)
_SUBJECT_ASKED = re.compile(r"^(who|what|which(?: \w+){1,3}) (is|are|was|were|can|could|has|have|had|will|may)\b", re.I)

DENIED = 0.3

Change = Callable[[str, str, random.Random], str | None]


def perturbed(question: str, context: str, rng: random.Random) -> str | None:
    """Return the question with one thing changed that its answer hangs on; None where none of the changes applies."""
    changes: list[Change] = [_number, _name, _opposite]
    rng.shuffle(changes)
    if rng.random() < DENIED:  # seldom, lest "not" itself be learned to mean that there is no answer
        changes.append(_denied)
    return next((made for change in changes if (made := change(question, context, rng)) and made != question), None)


def _number(question: str, context: str, rng: random.Random) -> str | None:
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    chosen = rng.choice(found)
    others = sorted({m.group().rstrip(".,") for m in _NUMBER.finditer(context)} - {chosen.group().rstrip(".,")})
    same = [o for o in others if len(o) == len(chosen.group().rstrip(".,"))]
    if not (same or others):
        return None
    return question[: chosen.start()] + rng.choice(same or others) + question[chosen.end() :]


def _name(question: str, context: str, rng: random.Random) -> str | None:
    found = [m for m in _NAME.finditer(question) if m.group() in context]
    if not found:
        return None
    chosen = rng.choice(found)
    others = sorted({m.group() for m in _NAME.finditer(context)})
    others = [o for o in others if o not in question and chosen.group() not in o]
    return question[: chosen.start()] + rng.choice(others) + question[chosen.end() :] if others else None


def _opposite(question: str, context: str, rng: random.Random) -> str | None:
    found = [m for m in re.finditer(r"\w+", question) if m.group() in _OPPOSITES]
    if not found:
        return None
    chosen = rng.choice(found)
    return question[: chosen.start()] + _OPPOSITES[chosen.group()] + question[chosen.end() :]


def _denied(question: str, context: str, rng: random.Random) -> str | None:
    if re.search(r"\bnot\b|n't\b|\bnever\b", question):
        return None
    asked = _SUBJECT_ASKED.match(question)
    if asked:
        return f"{question[: asked.end()]} {rng.choice(('not', 'never'))}{question[asked.end() :]}"
    auxiliary = _AUXILIARY.search(question)
    if auxiliary is None or auxiliary.group().lower() not in ("did", "does", "do"):
        return None
    # "What did the king build?" becomes "What didn't the king build?": no subject has to be found.
    return f"{question[: auxiliary.end()]}n't{question[auxiliary.end() :]}"
