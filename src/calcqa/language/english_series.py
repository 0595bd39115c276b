"""How one of several values of a measure is asked for and told in English, as data. Patterns ignore case."""

from calcqa.language.english_people import RELATIVE

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
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
    rf"(?:{_MONTHS})[a-z]*)",
)
"""Whole questions: for which of the values of a `measure`, or the one of a day (`when`) or of a `stage`."""
_WHOSE = r"(?:(?:the|his|her|their|pt['’]?s?) )?"
_NAME = rf"(?P<measure>[\w/ +-]{{1,40}}?){_TAIL}"
_DAY = (
    r"day \d+|\d{1,2}(?:st|nd|rd|th)|\d{1,2}[/.]\d{1,2}|\d{1,2}(?: of)? "
    rf"(?:{_MONTHS})[a-z]*|(?:19|20)\d\d"
)
_POINT = (
    r"(?:\b(?:at|on|in|by|the|was|is) )*\b(?:first|last|initial|latest|earliest|final|highest|lowest|peak|nadir|now|"
    r"then|today|currently|before|after|baseline|old|new|start|end|adm|admit|admission|arrival|presentation|discharge|d/?c|"
    rf"{_DAY})\b(?: (?:value|reading|level|result|count|one|sample)s?)?"
)
_AGAINST = r"(?:vs\.?|versus|and|against|compared (?:with|to))"
_MOVED = (
    r"(?:change|develop|evolve|progress|rise|fall|drop|climb|improve|increase|decrease|recover|settle)(?:d|ed|ing|s)?|risen|"
    r"rising|fallen|dropp(?:ed|ing)|changing|improving|increasing|decreasing|(?:go|gone|going|come|coming) (?:up|down)"
)
_WHILE = (
    r"(?: (?:over time|with time|over the (?:days|weeks|stay|course|admission)|in hospital|on the ward|at all|again|"
    r"during (?:the |his |her )?(?:stay|admission|course)|since (?:then|admission)))?"
)
CHANGED = (
    rf"(?:and )?(?:how|what) (?:did|has|have|does|happened (?:to|with)|became of) {_WHOSE}{_NAME}"
    rf"(?: (?:{_MOVED}|go|been))?{_WHILE}",
    rf"(?:and )?(?:did|has|have|is|are|was|were) {_WHOSE}{_NAME} (?:been )?(?:{_MOVED}){_WHILE}",
    rf"{_WHAT}(?:trend|course|evolution|trajectory|change) (?:of|in|for) {_WHOSE}{_NAME}{_WHILE}",
    rf"{_WHOSE}{_NAME} (?:trend|course|trajectory|over time){_WHILE}",
    rf"(?:compare )?{_WHAT}{_NAME}(?: ?[:,–-])? (?P<one>{_POINT}) ?(?:{_AGAINST}|/|to|or|->|→) ?(?P<two>{_POINT})",
    rf"(?:compare )?{_WHAT}(?P<one>{_POINT}) {_AGAINST} (?P<two>{_POINT}) {_NAME}",
)
"""Whole questions how a `measure` changed: over time, or between two points."""
POINTS = {
    "first": r"first|initial|earliest|then|before|baseline|old|start",
    "last": r"last|latest|final|now|today|currently|after|new|end",
    "highest": r"highest|peak",
    "lowest": r"lowest|nadir",
    "admission": r"adm(?:it|ission)?|arrival|presentation",
    "discharge": r"discharge|d/?c",
}
"""What names a point, by the value that is meant."""
_ADMISSION, _DISCHARGE = r"admission|arrival|presentation", r"discharge"
STAGES = {
    "admission": rf"\b(?:at|on|upon) (?:\w+ )?(?:{_ADMISSION})\b|\bpresented\b|\bwas admitted\b|^\W*(?:{_ADMISSION})\b",
    "discharge": rf"\b(?:at|on|upon) (?:\w+ )?{_DISCHARGE}\b|\b(?:went|sent|allowed|discharged) home\b|"
    rf"\bwas discharged\b|^\W*{_DISCHARGE}\b",
}
"""How texts tell of a stage."""
OTHER_STAGE = (
    r"\b(?:before|prior to|after|since|during|until|earlier than) (?:\w+ ){0,3}"
    r"(?:admi\w+|arriv\w+|present\w+|discharge\w*)"
)
"""What tells that a text is of before or after a stage."""
SPELL = r"\b(?:(?:at|after|by) (?:the )?{spell}\b(?! (?:earlier|before|ago))|{spell} (?:later|after|post\w*|on)\b)"
"""How texts tell of the time after a spell."""
LATER = r"\b(?:later|afterwards?|follow-?up|clinic|weeks?|months?|years?|again|then|thereafter|readmi\w+)\b"
"""What tells of a time after a discharge."""

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
NOT_OWN = r"\b(?:mean|median|average|et al|patients|cases|controls|literature|studies|study)\b"
"""What a sentence has whose values are not those of the patient."""
PERSON = (
    rf"\b(?:{RELATIVE}|parent|grand\w+|donor|"
    r"bab(?:y|ies)|infant|newborn|neonat\w+|child|f(?:o?e)tal|f(?:o?e)tus)(?:['’]?s)?\b"
)
"""Words for persons of whom one may be the patient, and a value another's."""
OF_ANOTHER = (
    r"\b(?:urin\w+|csf|cerebrospinal(?: fluid)?|pleural|ascit\w+|peritoneal|synovial|pericardial|fluid|drain|stool|"
    r"faecal|fecal|sweat|saliva\w*|cord|conjugated|unconjugated|direct|indirect|free|ioni[sz]ed|target|normal)[ -]$"
)
"""What makes a measure another before its name: the sodium of urine is not that of blood."""
HEADS_OTHER = (
    r"\b(?:normals?|range|ref(?:erence)?s?|targets?|goals?|aims?|units?|limits?|cut-?off|means?|medians?|controls?|change|"
    r"difference)\b"
)
"""What a cell names below or behind which stands no value that was measured."""
AIMED = (
    r"\b(?:target|goal|normal|reference|aim(?:ing|ed)?|desired|therapeutic|expected|if|until|when|should|return|"
    r"come back|call|ring|contact|seek|attend|re-?attend|for any)\b[^.,;]*$"
)
"""What stands before a value that is none that was measured."""
NO_UNIT = r"and|or|on|at|in|by|with|before|after|but|then|to|from|the|when|while|for|later|is|was|had|today|now|again"
"""What may stand behind a number that has no unit."""
COUNTED = (
    r"days?|weeks?|months?|years?|hours?|aged?|table|tab|fig(?:ure)?|case|no|number|stage|grade|type|class|ref|bed|ward|"
    r"room|score|born|cycle|visit|dose"
)
"""What stands before a number that only counts."""
GOES_BACK = r"\W*(?:it|this|that|the (?:level|value|count|reading|concentration|result)s?)\b"
"""The beginning of a sentence that speaks of the measure named before it."""
AND = r"[,;.\d]|\b(?:and|but|while|then)\b"
"""What does not stand between a value and its day behind it."""
PREPOSITION = r"\b(?:on|by|at|from|of)\b|\("
ABSTRACT = r"\W*(?:abstract|summary|highlights|key points)\b"
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
MONTHS = _MONTHS.replace("|", " ")
