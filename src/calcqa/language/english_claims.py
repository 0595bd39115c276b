"""English that names what a patient may never have had, as data: planned, asked, feared, or a relative's.

Patterns ignore case.
"""

from calcqa.language.english_people import RELATIVE
from calcqa.language.english_reasons import COMPANY, INFORMS

_HAPPENED = (
    r"(?:was|were)(?! to\b)|had|has been|have been|received|underwent|took|takes|developed|confirm\w*|"
    r"and s?he (?:is|has)"
)
OPEN = (
    r"(?<![\w-])(?:(?<!found )(?<!known )(?<!noted )(?<!thought )to (?:be|start|begin)|will|shall|should|"
    r"would (?:be|need|like)|may|might|could|needs?|requires?|due(?! to (?!start|have|begin|receive|undergo|be\b))|"
    r"plan(?:s|ned)?|intend\w*|recommend\w*|advise[sd]? (?:to|that)|propos\w*|scheduled|booked|listed|ordered|"
    r"requested|consider\w*|await\w*|waiting|avoid\w*|withh[eo]ld\w*|contraindicat\w+|cancel\w*|"
    r"postpone\w*|defer(?:red)?|declin\w+|refus\w+|offered|query|possibl[ey]|probabl[ey]|likely|wonder\w*|"
    r"suspect\w*|suspicion|"
    r"(?<!was )(?<!were )(?<!been )(?<!is )(?<!are )(?<!ly )(?<!not )"
    r"(?:rul(?:e[sd]?|ing) out|exclud\w+)(?!\w|,|.*\bbut\b)|"
    r"whether|if|in case of|risk (?:of|for)|prevent\w*|prophyla\w+|screen\w*|tests? for|look for)\b"
    rf"(?!.*\b(?:{_HAPPENED})\b)|\?\s*$"
)
"""What stands before something that was only planned, asked or feared, and nothing between that tells of what was."""

ALLERGIC = rf"\b(?:allerg\w+|intoleran\w+)\b(?!.*\b(?:{_HAPPENED})\b)"
"""What stands before something that is not to be given."""

OPEN_BEHIND = (
    r"\s?\?|[^.;]{0,40}\?\W*$|"
    r"(?: (?!(?:is|are|was|were|will|should|may|and|but|who)\b)\w+){0,2} (?:(?:is|are|was|were|has been|have been) (?:"
    r"to be|being|planned|withheld|avoided|contraindicated|cancell?ed|postponed|deferred|ordered|requested|awaited|"
    r"unlikely|considered|suspected|discussed|advised|recommended|proposed|offered|declined|refused|feared|possible|likely|"
    r"probable)\b|"
    r"(?:is|are) (?:needed|due)\b|(?:cannot|could not) be (?:excluded|ruled out)\b|"
    r"(?:will|shall|should|may|might|could|would) (?:be|have)\b)|"
    r"[:,]?(?: (?:is|are|was|were|(?:has|have|had) been|can be))?(?: (?:now|then|also|therefore|\w+ly))? "
    r"(?:ruled out|excluded|(?:not|never) confirmed)\b(?!.*\bconfirmed\b)"
)
"""What stands behind such a thing."""
AFTER_ALL = (
    r"[^.;]*\b(?:but|and|then|until) (?:(?:it|this|that) )?(?:(?:was|is|were|has been|had been) )?"
    r"(?:(?:then|later|now|again|finally|eventually|subsequently|ultimately) )*"
    r"(?:confirmed|diagnosed|proven|established|developed|found)\b"
    r"(?=\W*$|[,.;)]| (?:after|again|at|by|during|from|later|on|when)\b| in (?:19|20)\d\d)"
)
"""What stands behind something that was denied or in doubt at first, and then was so."""

_CHILD = r"(?:his|her|their) (?:\w+ )?(?:baby|babies|infant|newborn|child|children|fo?etus)|"
_CHILD += r"the donor(?= (?:was|had|has|is)\b)"
_NO_KIN = r"(?! (?:doctor|physician|practi|medicine|clinic|nurse|GP))"
OF_RELATIVE = (
    rf"(?:\b(?:famil(?:y|ies|ial){_NO_KIN}|FHx?|relatives?|parents?)\b|"
    rf"{COMPANY}(?<!the )(?<!this )\b(?:{RELATIVE})\b{INFORMS}|\b(?:{_CHILD})\b)(?!.*\b(?:s?he|the patient)\b)"
)
"""Whose something is that stands behind a relative, or the family, and no word for the patient between."""

OF_RELATIVE_BEHIND = (
    rf" (?:\w+ ){{0,3}}?(?:in|of|on) (?:(?:his|her|the|their|an?|both) )?(?:\w+ )?(?:{RELATIVE}|family|parents?)\b"
    rf"{_NO_KIN}|"
    rf" \((?:{RELATIVE})\b| (?:\w+ )?affects? (?:\w+ )?(?:{RELATIVE}|family|relatives|parents)\b"
)
"""The same, behind what is theirs."""
