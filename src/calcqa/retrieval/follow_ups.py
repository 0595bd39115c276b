"""Of whom a question of a conversation is asked, in its own words: "And Mr Hale?" is the question before, of Mr Hale.

Does: name the patient that a follow-up means and the question before did not, by name or by a pronoun of the other sex,
and ask a question that names several patients of each. Does not: resolve what else a follow-up points at
(`query/rewriting.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from calcqa.language.english_naming import PLACE, PLACED
from calcqa.language.english_people import PRONOUN_SEX
from calcqa.language.people import Person, pronoun_sex, retold
from calcqa.language.tokens import words
from calcqa.query.decomposition import parts
from calcqa.query.naming import Mention, Naming, are_in_a_row, asked_instead, asked_of, is_person, only_named
from calcqa.retrieval.reports import Reports
from calcqa.types import Turn

_MOST = 4  # patients whom one question names
_ENDS = re.compile(r":\s*$")
_PLACED, _PLACE = re.compile(PLACED, re.IGNORECASE), re.compile(PLACE, re.IGNORECASE)
_NAME_WORDS = 3  # of the shortest name that stands before a question by itself


@dataclass(frozen=True, slots=True)
class _Whom:
    """Whom a follow-up means, what leads in a question that is asked of them, and their sex; each may be empty."""

    name: str
    lead: str
    sex: str
    person: Person | None = None


class FollowUps:
    """The questions of conversations over the documents of one index. Safe to share between threads."""

    def __init__(self, reports: Reports) -> None:
        self._reports, self._patients = reports, reports.patients

    def meant(self, question: str, turns: Sequence[Turn]) -> str | None:
        """Return `question` as asked of another patient than the turn before, or of all whom that named; else None."""
        if not turns or not self._patients.are_several:
            return None
        before = turns[-1].standalone_question
        if placed := self._by_place(question, turns):
            return self.meant(placed, turns) or placed
        if whom := self._only(only_named(question), turns):
            asked = self._of_other(before, whom)
            return retold(asked, whom.sex) if asked else None
        if self._reports.speaks_of_other(question, turns):
            lead = self._last_named(turns, pronoun_sex(question))
            return f"{lead}{question}" if lead else None
        named, first = _different(self._named(before)), self._patients.naming(before)
        if not (first and len(named) > 1) or self._patients.naming(question) or pronoun_sex(question):
            return None
        documents = frozenset[str]().union(*(self._patients.documents_of(m.person) for m in named))
        if not (documents and self._reports.is_carried(question, first, documents)):
            return None
        return f"{' and '.join(before[m.start : m.end] for m in named)}: {question}"

    def _by_place(self, question: str, turns: Sequence[Turn]) -> str | None:
        """Return `question` with the names of those whom it calls by place: "the second", or "the other", of two.

        None where it calls something else so as well: "Was the first given longer than the second?".
        """
        placed = list(_PLACED.finditer(question))
        if not placed or self._named(question) or _PLACE.search(_PLACED.sub("", question)):
            return None
        last = _different(self._named(turns[-1].standalone_question))
        text = turns[-1].standalone_question
        if len(last) == 2 and not any(m["other"] for m in placed):
            names = [text[m.start : m.end] for m in last]
            return _PLACED.sub(lambda m: names[0 if m["first"] else 1], question)
        if len(last) == 1 and all(m["other"] for m in placed):
            earlier = [(t.standalone_question, m) for t in turns for m in self._named(t.standalone_question)]
            others = [pair for pair in earlier if not pair[1].person.may_be(last[0].person)]
            if not others:
                return None
            text, one = others[-1]
            return _PLACED.sub(lambda m: text[one.start : one.end], question)
        return None

    def each(self, question: str, turns: Sequence[Turn] = ()) -> list[tuple[str, Sequence[Turn]]]:
        """Return `question` asked of each of the patients whom it names, with the turns before; none of fewer than two.

        Somebody whom no document is about is one of them only where all are named in a row.
        """
        named = self._named(question) if self._patients.are_several else []
        people = _different(named)
        known = [bool(self._patients.documents_of(m.person)) for m in people]
        if not 1 < len(people) <= _MOST or not any(known) or not (all(known) or are_in_a_row(question, named)):
            return []
        cut = parts(question)
        if sum(bool(self._named(part)) for part in cut) < 2:
            cut = (question,)
        asked: list[tuple[str, Sequence[Turn]]] = []
        # What is asked before the first name is asked of all.
        whom = {question[m.start : m.end]: m.person for m in people}
        for part in cut:
            own = self._named(part)
            whom = {part[m.start : m.end]: m.person for m in _different(own)} or whom
            for name, person in whom.items():
                text = asked_of(part, own, name, person) if own else f"{name}: {part}"
                asked.append((text, self._turns_of(person, turns)))
        return asked

    def _turns_of(self, person: Person, turns: Sequence[Turn]) -> Sequence[Turn]:
        """Return `turns`, the last as asked of this patient alone where it named several."""
        before = turns[-1].standalone_question if turns else ""
        named = self._named(before)
        if len(_different(named)) < 2 or not (own := [m for m in named if m.person.may_be(person)]):
            return turns
        text = asked_of(before, named, before[own[0].start : own[0].end], person)
        return (*turns[:-1], replace(turns[-1], standalone_question=text))

    def _only(self, who: str, turns: Sequence[Turn]) -> _Whom | None:
        """Return whom the only words of a follow-up mean; None where they name nobody, or the patient before."""
        if who.lower() in PRONOUN_SEX:
            sex = PRONOUN_SEX[who.lower()]
            lead = self._last_named(turns, sex)
            return _Whom(_ENDS.sub("", lead), lead, sex)
        named = self._named(who)
        if named and named[0].start == 0 and named[-1].end == len(who):
            person = named[0].person
            sex = person.sex or self._patients.sex_of(self._patients.documents_of(person))
            return _Whom(who, f"{who}: ", sex if len(named) == 1 else "", person)
        if not who or not any(map(is_person, words(who))) or words(who)[0].lower() in PRONOUN_SEX:
            return None  # "her baby" is hers who was named before
        lead = f"{who}: " if len(who.split()) >= _NAME_WORDS else f"For {who}: "
        likely = self._reports.likely(Naming(who, lead, ""))
        first = self._patients.naming(turns[-1].standalone_question)
        if not likely or (first and likely[0][0] in self._reports.answered_for(turns[-1], first)):
            return None
        return _Whom(who, lead, self._patients.sex_of([likely[0][0]]))

    def _of_other(self, before: str, whom: _Whom) -> str | None:
        """Return the question before, asked of another patient; None where it cannot be told from whom it names."""
        first = self._patients.naming(before)
        lead, rest = (whom.lead, first.rest) if first and first.lead else ("", before)
        if named := self._named(rest):
            alone = sum(bool(self._named(part)) for part in parts(rest)) > 1
            asked = asked_instead(rest, named, whom.name, whom.person or named[0].person, alone=alone)
            return f"{lead}{asked}" if whom.name else None
        return f"{whom.lead}{rest}" if lead or not first else None

    def _last_named(self, turns: Sequence[Turn], sex: str) -> str:
        """Return what leads in the patient of this sex who was named last, as "Mrs Hill: "; else nothing."""
        for turn in reversed(turns):
            text = turn.standalone_question
            for mention in reversed(self._named(text)):
                documents = self._patients.documents_of(mention.person)
                if documents and sex in (mention.person.sex, self._patients.sex_of(documents)):
                    return f"{text[mention.start : mention.end]}: "
            named = self._patients.naming(text)
            if named and named.lead and not named.person:
                if self._patients.sex_of(self._reports.answered_for(turn, named)) == sex:
                    return named.lead
        return ""

    def _named(self, text: str) -> list[Mention]:
        """Return where `text` names patients, or somebody whom no document knows, by surname."""
        patients = self._patients
        return [m for m in patients.mentions(text) if patients.documents_of(m.person) or patients.is_nobody(m.person)]


def _different(named: Sequence[Mention]) -> list[Mention]:
    """Return the first place where each person is named."""
    different: list[Mention] = []
    for mention in named:
        if not any(mention.person.may_be(one.person) for one in different):
            different.append(mention)
    return different
