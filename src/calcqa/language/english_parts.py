"""English by which a question for two things of one subject is told, and what a text holds of each, as data."""

from calcqa.language.english import ENGLISH
from calcqa.language.english_people import RELATIVE

_PERIOD = rf"\b(?:{ENGLISH.periods})\b"

_DATE = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
AGENT = (
    r"\b(?i:dr|gps?|ambulance|ems|boys?|girls?|child(?:ren)?|infants?|m[ae]n|wom[ae]n|prof|professor|doctors?|surgeons?|"
    r"physicians?|nurses?|midwi\w+|consultants?|registrars?|teams?|authors?|we|our|"
    r"colleagues?|staff|services?|departments?|hospitals?|parents?|family|relatives?|"
    rf"{RELATIVE}|friends?|neighbou?rs?|carers?|\w*workers?|officers?|police|paramedics?|crew|providers?|operators?|"
    r"practitioners?|examiners?|reviewers?|investigators?|researchers?|interpreters?|witness\w*|bystanders?|pharmacists?|"
    r"dentists?|\w*therapists?|specialists?|experts?|residents?|trainees?|et al|(?:her|him)self|"
    rf"\w+(?:ologists?|icians?|iatrists?|etists?))\b|(?<=[a-z,;] )(?!{_DATE})[A-Z][a-z]{{2,}}"
)
"""Whoever may have done something."""

HOLDS = {
    "dose": ENGLISH.holding["dose"],
    "duration": rf"{_PERIOD}|\d ?(?:hr?s?|mins?|d|wks?|mo|yrs?|y|/[75])\b|"
    r"\b(?:lifelong|indefinite\w*|throughout|until|continuous\w*)\b",
    "time": rf"\d|{_PERIOD}|\b(?:before|after|during|ago|since|when|later|on admission|on arrival|at discharge)\b",
    "number": rf"\d|\b(?:{ENGLISH.numbers}|no|none|normal|several|both|all|single)\b",
    "person": AGENT,
    "age": r"\b(?:years?|months?|weeks?|days?)[- ]olds?\b|\baged?\b|\by/?o\b|\bnewborn|\bneonate",
    "sex": r"\b(?:wom[ae]n|m[ae]n|girls?|boys?|(?:fe)?males?|lady|gentlem[ae]n|she|he|her|his|[MF])\b",
    "side": r"\b(?:left|right|both|bilateral\w*|unilateral\w*|midline|(?:non-?)?dominant|[LR][TE]?|O[DSU])\b",
    "route": r"\b(?:oral\w*|by mouth|intraven\w*|iv|im|sc|po|subcut\w*|intramusc\w*|topical\w*|inhal\w*|rectal\w*|"
    r"intrathec\w*|infus\w*|inject\w*|tablets?|capsules?|drip|syrup|nebuli\w*|sublingual\w*|transderm\w*|patch)\b",
}
"""What a text has that holds a thing of each kind, whatever it is a thing of."""

ASPECTS = {
    "dose": r"(?:daily |total |starting |loading )?(?:doses?|dosages?|strengths?)",
    "duration": r"durations?|length(?: of (?:stay|treatment))?|los",
    "time": r"dates?|times?|timing|day|month|year|when",
    "number": r"sizes?|weights?|heights?|volumes?|numbers?|depth|rates?|amounts?|frequenc(?:y|ies)|percentages?|"
    r"measurements?|dimensions?|concentrations?|levels?",
    "age": r"(?:pts? |patient['’]?s )?ages?",
    "sex": r"sex|gender",
    "side": r"sides?|laterality",
    "route": r"routes?",
    "": r"prognos[ie]s|outcomes?|causes?|treatments?|management|therap(?:y|ies)|diagnos[ie]s|complications?|symptoms?|"
    r"signs?|sites?|locations?|indications?|side.effects?|results?|stages?|grades?|types?|mortality|survival|incidence|"
    r"prevalence|follow.?up|histology|course|mechanisms?|risk factors?|sensitivit(?:y|ies)|findings?|maintenance",
}
"""Words for what is asked of a subject, by the kind of what answers: no kind is told by the word itself alone."""

WHERE_OR_HOW = r"\W*(?:(?:and|but|so) )?(?:where|how)\b(?! (?:long|many|much|often|big|large|high|old|heavy)\b)"
"""Asks for a place or a manner, of which no pattern tells whether a text holds one."""
ASKED_KINDS = {
    "duration": r"(?:for )?how long|how many (?:days|weeks|months|years|hours)",
    "dose": r"(?:at|in) (?:what|which) (?:doses?|amounts?|strengths?)|how many mg",
    "time": r"(?:since |until )?when|(?:at|on|in) (?:what|which) (?:time|date|day|month|year)",
    "person": r"(?:by |to |with |from )?whom?",
    "number": r"how (?:many|much|often|big|large|high|low|far|deep|old|wide|heavy)(?: \w+)?|"
    r"(?:at|to|in|by) (?:what|which) (?:rate|percentage|share|number|speed|size|level|frequency|value|figure)s?",
    "route": r"by (?:what|which) route",
    "side": r"(?:on )?(?:what|which) side",
}
"""Question words, with what belongs to them, by the kind of what answers."""

INVERTED = (
    r"(?:who|whom|whose|what|which|when|where|why|how)"
    r"(?: (?!(?:i|you|he|she|it|we|they|this|that|the|an?|his|her|its|their|my|our)\b)[\w-]+){0,3}? "
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|should|will|would)\b"
)
"""The beginning of a question that stands its verb before its subject."""

ASKED_FOR = (
    r"(?:|.*[:;–—-] ?|(?:(?:what|which)(?:(?:['’]s)| is| are| was| were)?|tell (?:me|us)|give (?:me|us))"
    r"(?: the| his| her| its| their)? |(?:the|his|her|its|their|any) )"
)
"""What stands before the items that a question asks for, so that they are not where something was done."""

ANY_WORD = r"(?:(?:in|on|at|by|for|to|with|from|of|since|until) )?(?:who|whom|what|which|when|where|why|how)"
BETWEEN = r"\b(?:between|both|together|versus|vs|or|either|compare\w*|differen\w+|before and after|than)\b"
ITEM_ENDS = r"(?:of|in|for|on|at|after|before|during|when|with|from|to|by|used|given|on the|per)\b"
"""What ends an item of a list within a question."""
