"""English by which a question names the report that it asks about, as data: regular expressions, in any case."""

LEADS = (
    r"(?:as (?:for|to)|about|concerning|for|in|on|re|regarding|with)\s+"
    r"(?:(?:the|this|that|our)\s+)?(?:(?:case|letter|note|patient|report|story)(?:\s+(?:of|on|about|with))?\s+(?=\S+\s))?"
)
"""What stands before the name, where it comes before the question: "In the case of …", "About the report on …"."""

REPORT_LEADS = r"^\W*(?:[a-z]+\s+){0,3}(?:case|letter|note|report|story)\s+(?:of|on|about)\s"
"""How a question begins that surely names a report."""

BEFORE = r"(?:(?:after|and|at|but|by|for|from|in|of|on|since|to|until|with)\s+)?"
"""What may stand before the question word of a question, which is no name."""

STOPS = r"\s*[:;]\s+|\s+[-–—]{1,2}\s+|\s*—\s*"
"""What parts the name from the question behind it."""

DETERMINED = r"(?:the|this|that|our|an?)\s|\d+[- ](?:year|month|week|day)"
"""How a name begins that a mere comma parts from its question."""

PEOPLE = (
    r"adolescents?|adult|alcoholic|babies|baby|boy|brother|child|daughter|diabetic|drinker|driver|farmer|father|"
    r"female|foetus|fetus|gentleman|girl|grandfather|grandmother|gravida|guy|husband|infant|lady|male|man|mother|"
    r"mum|mom|neonate|newborn|nurse|patient|person|preemie|schoolboy|schoolgirl|sister|smoker|soldier|son|"
    r"student|survivor|teacher|teenager|toddler|transplant recipient|twin|veteran|widow|widower|wife|woman|worker|youth"
)
"""Words for those whom reports are about."""

ROLES = r"\w{2,}(?:[aeo]r|ist|ian)"
"""How words end for people by what they do ("sailor"), as some others do that the vocabulary of the clinic knows."""

WITHIN = (
    r"\b(?:the|this|that|our)\s+(?:[\w'’-]+\s+){0,4}?(?P<noun>[\w-]+)\s+"
    r"(?:with|who|whose|whom|on|from|after|in|given|without|that|bitten|born|treated|taking)\s+\w"
    r"|\bthe\s+(?!first|last|latter|next|other|same|second|whole)(?:[\w'’-]+\s+){1,3}?(?:lady|man|woman|patient)(?=\W*$)"
    r"|\b\d+[- ](?:years?|yrs?|months?|weeks?|days?)[- ]?old\b|\b(?:case|report|letter|note) (?:of|on|about)\s+\w"
    r"|(?P<whose>\b(?:the|this|that|our)\s+(?:[\w'’-]+\s+){1,5}?(?:who|whose)\s+\w)"
)
"""What within a question may name a patient or a report; `noun` must be a word for a person."""

_AT_END = (
    rf"the\s+(?:(?!(?:and|by|for|in|of|on|or|that|this|to|with)\b)[\w'’-]+\s+){{0,4}}?(?:{PEOPLE})"
    r"(?:\s+(?:with|who|whose|on|after)\s+(?!.*\b(?:and|then)\b)[^,;:?]+)?(?=\W*$)"
)
ENDS_WITH = rf"\s+(?:for|in|of|to)\s+{_AT_END}"
HOW_OLD = rf"(?<=^how old is ){_AT_END}|(?<=^how old was ){_AT_END}"
"""A patient who is named last in a question, behind a preposition, and where the age is asked for."""

CALLED_BY_TITLE = (
    r"\b(?:the|this|that)\s+(?P<name>(?:[\w'’-]+\s+){0,3}?(?:draft|letter|summary|"
    r"final(?=\W*(?:$|[,;:.?!])|\s+(?:and|describe|draft|form|give|letter|mention|note|report|say|state|tell|version)s?\b)|"
    r"(?<!the )(?<!this )(?<!that )(?:document|form|note|report))s?)\b"
)
"""How a question calls one of several documents by its kind or title: "the discharge summary"."""

_OF_CENTURY = r"(?:19|20)\d\d"
IN_YEAR = rf"\b(?:in|from|during)\s+(?P<year>{_OF_CENTURY})\b|\bthe\s+(?P<of>{_OF_CENTURY})\s+(?:letter|note|report)\b"
"""How it names a year."""

DATED = rf"^[^\w\n]*date(?:d| of (?!birth)[\w ]{{1,20}})?\W*:[^\n]*?\b(?P<year>{_OF_CENTURY})\b"
"""The line of a document that says when it was written."""

_MORE = r"(?:all|both|other|another|any|which|each)(?: of)?(?: the| these)?"
OTHERS = rf"\b{_MORE} (?:reports?|cases?|documents?|patients?)\b"
"""Asks of more than the report that was named before."""

GENERAL = r"\b(?:is|are|does|do|can|could|should|may|must)\b(?!.*\b(?:was|were|did|had|been|now|today)\b)"
"""Has what a question about a disease has, and none about what was done for a patient."""

GOES_ON = r"\W*(?:and|also|but|so|then|what about|how about|(?:for )?how long|since when|when|where|why|which one)\b"
"""How a follow-up begins that goes on from the question before it."""

COMPARED = (
    r"\W*(?:please\s+)?(?:compare|contrast)\s+"
    r"|\W*(?:what(?:['’]s| is| are| was| were)\s+)?(?:the\s+)?differences?\s+(?:in|of|between)\s+"
)
"""How a question begins that compares."""

_JOINS = r"(?:,(?:\s*(?:and|or))?|\b(?:and|or|vs\.?|versus|(?:compared\s+)?(?:to|with))\b|&|\+|/)"
TOGETHER = rf"(?:['’]s?)?\s*{_JOINS}\s*"
"""What stands between people who are named in a row."""

OWN_OF_ONE = rf"(?P<own>['’]s?\s.*?)\s*(?:{_JOINS}|\bthan\b)\s*"
OWN_OF_OTHER = r"['’]s?(?P<rest>\W*)"
"""What stands between two, and behind the second, of whom the same is asked: "Mr Hale's Hb and Ms Lee's"."""

OWN_OF_EACH = rf"(?P<own>['’]s?\s.*?)\s*{_JOINS}\s*"
ASKS_WHAT = r"\W*(?:what(?:['’]s| (?:is|are|was|were))\s+)?"
"""What stands between two, and before the first, of whom other things are asked: "Mr Hale's Hb and Ms Lee's Na"."""

THE_OTHER = "the other"
"""What calls the others where a question is asked of one of those that it names."""

PLACED = (
    r"\bthe (?:(?P<first>first|former)|(?P<second>second|latter)|(?P<other>other))"
    r"(?: (?:one|patient|man|woman|person)\b|(?=(?:['’]s)?\W*$)|(?<=former)\b|(?<=latter)\b)"
)
"""What calls one of two who were named before, by place."""
PLACE = r"\bthe (?:first|former|second|latter)\b"
"""What may call such a one, or something else."""

THE_PATIENT = "the patient"
"""What calls a patient where the name is left out."""

_OWN = rf"\b{THE_PATIENT}['’]s?"
_AS_SUBJECT = rf"(?P<verb>\b(?:is|was|does|did|has|had|can|could|may|might|must|should|will|would)\s+){THE_PATIENT}\b"
CALLED = {
    "female": ((_OWN, "her"), (_AS_SUBJECT, r"\g<verb>she"), (rf"\b{THE_PATIENT}\b", "her")),
    "male": ((_OWN, "his"), (_AS_SUBJECT, r"\g<verb>he"), (rf"\b{THE_PATIENT}\b", "him")),
}
"""Where that is whose something is, or stands as subject or else, and the pronoun for it, by sex."""

ONLY = (
    r"\W*(?:(?:and|but|or|also|so|then|now|ok(?:ay)?)\b\W*)*"
    r"(?:(?:(?:what|how) about|as for|(?:the )?same(?: question)? (?:for|of|with|about)|ditto(?: for)?|"
    r"for|of|in|with)\s+)?"
    r"(?P<who>(?:(?:mr|mrs|ms|miss|master|mx)\b\.?|the|this|that|our)\s+\S.*?|[a-z][\w'’-]*(?:\s+[a-z][\w'’-]*)?)"
    r"(?:['’]s)?(?:\s+(?:as well|instead|then|too))?\W*"
)
"""A follow-up that may name another patient and asks nothing: "And Mr Hale?", "the same for the sailor"."""

_EACH = r"(?:(?:of|all|the|these|those|our|other)\s+)*"
_HAPPENED = (
    r"(?:(?:had|has|have|got|gets?)\b|(?:was|were|is|are|been)(?=\s+(?:also |ever |not |never )?(?:allergic|on|taking|"
    r"\w+(?:ed|en|wn)|put|cut)\b)|(?:did|does|do)(?=n['’]t|\s+(?:not|never)\b)|(?=(?:received|took|takes|taking|developed|needed|"
    r"needs|required|requires|underwent|suffered|smoked|smokes|died|fell|lost|refused|survived)\b))"
)
WHICH = (
    r"\W*(?:(?:in|of)\s+)?(?:(?:which|what|(?P<many>how many))\s+"
    + _EACH
    + r"(?:(?P<report>reports?|documents?|letters?|notes?)|"
    r"patients?|people|cases?|men|women)\b(?!\s+(?:of|on|about)\b)|who\b(?=\s+" + _HAPPENED + r"))"
    r"(?:\s+(?:that|who))?(?:\s+" + _HAPPENED + r"|\s+(?:is|are|was|were|did|do|does)\b)?"
    r"(?P<not>(?:n['’]t|\s+not|\s+never)\b)?"
    r"(?:\s+(?:have|had|been|get|given as|mention(?:s|ed|ing)?|speaks? of|talks? about|tells? of|describes?|names?)\b)?"
    r"\s+(?P<what>\S.*)"
)
"""A question for which patients or reports something holds, what that is, and whether it is that it does not.

Of whom "who" asks is a patient only behind what happens to patients: "who had", not "who was the surgeon".
"""

_ALL = r"(?:\W*(?:of (?:them|all|these|those|the)|here|on the ward|patients?|ones?|people|person))*"
EXTREME = (
    r"(?:and |so )?(?:who(?:['’]s| is| was)|(?:which|what) patients? (?:is|was)) the (?P<which>youngest|oldest|eldest)"
    + _ALL
)
"""Asks for the youngest, or the oldest, of all patients."""
OF_SEX = (
    rf"(?:(?:which|how many)(?: of)?(?: the| these)? (?:patients?|people|ones)|who|which ones?) (?:is|are|was|were) "
    rf"(?:an? )?(?:(?P<female>wom[ae]n|females?|lad(?:y|ies)|girls?)|(?P<male>m[ae]n|males?|gentlem[ae]n|boys?)){_ALL}"
)
"""Asks which of all patients are of one sex."""
