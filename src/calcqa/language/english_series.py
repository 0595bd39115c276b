"""How one of several values of a measure is asked for and told in English, as data. Patterns ignore case."""

_WHAT = r"(?:(?:and |so )?(?:what(?:['’]s| is| was| were)|tell me|give me) )?(?:(?:the|his|her|their|pt['’]?s?) )?"
_TAIL = (
    r"(?: (?:level|value|reading|result|count|measurement|concentration)s?)?"
    r"(?: (?:recorded|measured|noted|given|on record|he had|she had|that he had|that she had))?"
)
ASKED = (
    rf"{_WHAT}(?P<which>first|initial|earliest|last|latest|final|most recent|highest|peak|max(?:imum|imal)?|lowest|"
    rf"min(?:imum|imal)?|nadir)(?: ever)? (?P<measure>[\w/ +-]{{1,40}}?){_TAIL}",
    rf"{_WHAT}(?P<measure>[\w/ +-]{{1,40}}?){_TAIL} (?:on|at) (?P<stage>discharge|admission|arrival|presentation|"
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:day|week|month|year)s?)",
    rf"{_WHAT}(?P<measure>[\w/ +-]{{1,40}}?){_TAIL} (?:(?:on|at) )?(?P<when>(?:the |post-?op(?:erative)? )?day \d+|"
    r"(?:on )?(?:the )?\d{1,2}(?:st|nd|rd|th)|(?:the )?\d{1,2}[/.]\d{1,2}|(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? "
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)",
)
"""Whole questions: for which of the values of a `measure`, or the one of a day (`when`) or of a `stage`."""
STAGES = {
    "discharge": r"discharge|went home|home",
    "admission": r"admission|arrival|presentation|presented|admitted",
}
STAGES |= {"arrival": STAGES["admission"], "presentation": STAGES["admission"]}
"""How sentences tell of a stage."""

WHICH = {
    "first": "first|initial|earliest",
    "last": "last|latest|final|most recent",
    "highest": "highest|peak|max.*",
    "lowest": "lowest|min.*|nadir",
}

_CHANGED = r"rose|risen|fell|fallen|dropped|down|up|increased|decreased|climbed|peaked|settled|declined|improved|jumped"
BETWEEN = (
    r"(?: (?:level|count|concentration|reading))?(?: ?\([^()\d]*\))?[ ,:=|]*"
    rf"(?:(?:was|is|of|at|had|has|been|now|still|only|also|about|around|measured|then|again|{_CHANGED}|came|to|reached|"
    r"just|normal at) +)*"
)
"""What may stand between the name of a measure and its value."""
GOES_ON = (
    r"\b(?:(?:it|this|which) (?:then |later )?(?:was|had been|has been)|"
    rf"(?:{_CHANGED})(?: (?:again|further|back|steadily|slowly|only))*(?: to| at)) "
)
"""What stands before a further value of the measure that was named last."""
NOT_OWN = (
    r"\b(?:mean|median|average|et al|patients|cases|controls|mother['’]?s?|father['’]?s?|brother['’]?s?|sister['’]?s?|"
    r"donor['’]?s?|literature|studies|study)\b"
)
"""What a sentence has whose values may not be those of the patient."""
AIMED = r"\b(?:target|goal|normal|reference|aim(?:ing|ed)?|desired|therapeutic|expected|if|until|when|should)\b[^.,;]*$"
"""What stands before a value that is none that was measured."""
EARLIER = (
    r"\b(?:earlier|previous(?:ly)?|prior|ago|before (?:admission|this|that)|usual(?:ly)?|baseline|normally|target)\b"
)
"""What tells that values do not stand in the order of time, or are none that were measured."""
TIMED = (
    r"\bday (?P<nth>\d{1,3})\b|(?<![\d/.])(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? "
    r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|(?<![\d/.])(?P<one>\d{1,2})[/.](?P<two>0[1-9]|1[0-2])(?![\d/]|\.\d)"
    r"(?=[ :|,\n]|$)|\b(?P<only>\d{1,2})(?:st|nd|rd|th)\b"
)
"""A day by its number, or a date."""
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
