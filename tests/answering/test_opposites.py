"""Words that exclude one another, by group. [Marked] is what a reader marks."""

import pytest

from calcqa.answering.differences import AGREED, difference
from calcqa.answering.statements import Statement
from calcqa.language.english_alternatives import ALTERNATIVES, ASKING, OF_PARTS, OF_PERSONS
from calcqa.types import Span


def statement(text):
    start, end = text.index("["), text.index("]")
    return Statement(text.replace("[", "").replace("]", ""), Span(start, end - 1), 0.6)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Does he drink?", "He is [teetotal].", "He has [three pints] a night."),
        ("Who lives with her?", "She lives [alone].", "She lives [with a friend]."),
        ("Is the ulcer infected?", "The ulcer is [infected].", "The ulcer is [clean]."),
        ("How were the pupils?", "The pupils were [fixed].", "Both pupils were [brisk]."),
        ("What position was the baby in?", "The baby lay [breech].", "The baby lay [vertex]."),
        ("Did she consent to dialysis?", "She [agreed] to dialysis.", "She [declined] dialysis."),
        ("Is he on oxygen?", "He is [on 4 litres of oxygen].", "He breathes [room air]."),
        ("Can she walk?", "She is [bed-bound].", "She [walks with a frame]."),
        ("What kind of stroke was it?", "An [embolic] stroke.", "A [haemorrhagic] stroke."),
        ("Was the pneumonia hospital-acquired?", "A [nosocomial] pneumonia.", "A [community-acquired] pneumonia."),
        ("Was contrast used for the CT?", "CT [without contrast].", "CT [after intravenous contrast]."),
        ("What did the dialysate look like?", "The dialysate was [clear].", "The dialysate was [cloudy]."),
        ("Is she for resuscitation?", "She is [for full escalation].", "[DNACPR] form signed."),
        ("Is the shunt open?", "The shunt is [patent].", "The shunt is [blocked]."),
        ("Was he conscious?", "He was [awake].", "He was [unconscious]."),
        ("How was the baby fed?", "The baby was [breast-fed].", "The baby was [bottle-fed]."),
    ],
)
def test_members_of_a_group_exclude_one_another(question, one, other):
    words = difference(question, statement(one), statement(other))
    assert words and all(words)
    assert difference(question, statement(one), statement(one)) in (None, AGREED)


def test_each_group_is_asked_for_in_its_own_words():
    assert ALTERNATIVES.keys() == ASKING.keys() and OF_PERSONS | OF_PARTS <= ALTERNATIVES.keys()
