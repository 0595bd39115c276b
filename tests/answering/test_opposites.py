"""Words that exclude one another, by group. [Marked] is what a reader marks."""

import pytest

from calcqa.answering.differences import AGREED, difference
from calcqa.language.english_alternatives import ALTERNATIVES, ASKING, OF_PARTS, OF_PERSONS
from helpers.statements import statement


@pytest.mark.parametrize(
    ("question", "one", "other", "words"),
    [
        ("Does he drink?", "He is [teetotal].", "He has [three pints] a night.", ("teetotal", "pints")),
        ("Who lives with her?", "She lives [alone].", "She lives [with a friend].", ("alone", "lives with")),
        ("Is the ulcer infected?", "The ulcer is [infected].", "The ulcer is [clean].", ("infected", "clean")),
        ("How were the pupils?", "The pupils were [fixed].", "Both pupils were [brisk].", ("fixed", "brisk")),
        ("What position was the baby in?", "The baby lay [breech].", "The baby lay [vertex].", ("breech", "vertex")),
        ("How was the twin lying?", "It lay [breech].", "It lay [head first].", ("breech", "head first")),
        ("Did she consent to dialysis?", "She [agreed] to dialysis.", "She [declined] dialysis.",
         ("agreed", "declined")),
        ("Is he on oxygen?", "He is [on 4 litres of oxygen].", "He breathes [room air].",
         ("on 4 litres of oxygen", "room air")),
        ("Can she walk?", "She is [bed-bound].", "She [walks with a frame].", ("bed-bound", "walks")),
        ("What kind of stroke was it?", "An [embolic] stroke.", "A [haemorrhagic] stroke.",
         ("embolic", "haemorrhagic")),
        ("Was the pneumonia hospital-acquired?", "A [nosocomial] pneumonia.", "A [community-acquired] pneumonia.",
         ("nosocomial", "community-acquired")),
        ("Was contrast used for the CT?", "CT [without contrast].", "CT [after intravenous contrast].",
         ("without contrast", "after intravenous contrast")),
        ("What did the dialysate look like?", "The dialysate was [clear].", "The dialysate was [cloudy].",
         ("clear", "cloudy")),
        ("Is she for resuscitation?", "She is [for full escalation].", "[DNACPR] form signed.",
         ("for full escalation", "DNACPR")),
        ("Is the shunt open?", "The shunt is [patent].", "The shunt is [blocked].", ("patent", "blocked")),
        ("Was he conscious?", "He was [awake].", "He was [unconscious].", ("awake", "unconscious")),
        ("How was the baby fed?", "The baby was [breast-fed].", "The baby was [bottle-fed].",
         ("breast-fed", "bottle-fed")),
        # the one denied is the other
        ("Does he drink?", "He [drinks no alcohol].", "He [drinks] wine.", ("drinks no alcohol", "drinks")),
        ("Does he drink?", "He [does not drink].", "He has [three pints] a night.", ("not drink", "pints")),
        ("Is he on oxygen?", "He is [on no oxygen].", "He is [on oxygen].", ("on no oxygen", "on oxygen")),
        ("Was the culture positive?", "The culture [grew no organisms].", "The culture [grew Serratia].",
         ("grew no organisms", "grew")),
        ("Who lives with her?", "She [lives with nobody].", "She [lives with] her son.",
         ("lives with nobody", "lives with")),
        ("Was contrast used for the CT?", "CT [with no contrast].", "CT [with contrast].",
         ("no contrast", "with contrast")),
        ("Is the ulcer infected?", "The ulcer is [not infected].", "The ulcer is [infected].",
         ("not infected", "infected")),
    ],
)  # fmt: skip
def test_members_of_a_group_exclude_one_another(question, one, other, words):
    assert difference(question, statement(one), statement(other)) == words
    assert difference(question, statement(other), statement(one)) == words[::-1]
    assert difference(question, statement(one), statement(one)) in (None, AGREED)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Does he drink?", "He [drinks no alcohol].", "He is [teetotal]."),
        ("Does he drink?", "He [drinks nothing].", "He [does not drink]."),
        ("Does he drink?", "He [drinks no more than a pint].", "He [drinks] beer."),
        ("Is he on oxygen?", "He is [on no oxygen].", "He breathes [room air]."),
        ("Is he on oxygen?", "He has no fever and [no oxygen].", "He breathes [room air]."),
        ("Was the culture positive?", "The culture [grew no organisms].", "The culture was [sterile]."),
        ("Who lives with her?", "She [lives with nobody].", "She lives [alone]."),
        ("Was contrast used for the CT?", "CT [with no contrast].", "CT [without contrast]."),
        ("Were the margins involved?", "The margins were [not free of tumour].", "Margins [involved]."),
        ("Can she walk?", "She [cannot walk].", "She is [bed-bound]."),
        ("Is the ulcer infected?", "The ulcer is [not infected].", "The ulcer is [clean]."),
        # how a baby lies is asked beside a baby only
        ("What was the position of the plate?", "It lay at the [vertex].", "It lay at the [breech]."),
    ],
)
def test_a_denied_member_is_the_other(question, one, other):
    for a, b in ((one, other), (other, one)):
        assert difference(question, statement(a), statement(b)) in (None, AGREED)


def test_each_group_is_asked_for_in_its_own_words():
    assert ALTERNATIVES.keys() == ASKING.keys() and OF_PERSONS | OF_PARTS <= ALTERNATIVES.keys()
