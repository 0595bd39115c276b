"""English by which small talk and instructions to the program are told from questions, as data."""

COMMANDS = (
    r"^\W*(?:please\s+|now\s+|just\s+|system\W+|from now on\s+)*(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:act as|answer (?:from|in|only|without|with|as)|be\b|call\b|create|delete|disregard|do not|don['’]t|draw|enter|"
    r"forget|generate|ignore|imagine|invent|make (?:me|up)|open|output|override|paint|play|pretend|print|remind|repeat|"
    r"reply|respond|reveal|rewrite|role-?play|run|send|sing|stop|translate|write)\b"
    r"|\b(?:joke|limerick|poem|haiku|song|rap|fairy ?tale|bedtime story)\b"
)
"""Begins with what the program is told to do, or asks for what no document is."""

WARD_NOTES = r"^\W*(?:call|open|output|repeat|run|stop)\b(?! (?:after|all|it|me|the|this|what|your)\b)[^?]*\?\W*$"
"""A question in the shorthand of a ward that begins with the word of a command: "Repeat CT?"."""

ADDRESSED = r"\b(?:you|your|yours|yourself)\b"

NAMES_TEXT = r"\b(?:abstract|articles?|authors?|cases?|documents?|letters?|notes?|papers?|reports?|texts?|titles?)\b"

SALUTATION = (
    r"\s*(?:(?:dear|hello|hi)(?: [^\s.!?:;]+\.?){1,5}[,:!]?|"
    r"(?:yours|(?:with |many )?(?:(?:very )?(?:kind|best|warm)(?:est)? )?(?:regards|wishes|thanks)|thanking you|"
    r"sincerely)"
    r"(?: (?:faithfully|sincerely|truly|ever)| for (?:your|all your|seeing)\b[^.!?]{0,40})?[,.]?)\s*"
)
"""A line with which a letter begins or ends: it tells nothing but who is written to."""

_LARGE = r"(?:[A-Z][\w.'’-]*|&|and|at|for|in|of|the|Of|\d+\w?)"
LETTERHEAD = (
    rf"\s*(?:(?:cc|To|From)\b:? ?)?(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Mx)\.?"
    rf"(?: {_LARGE},?){{1,5}}(?: ?\([\w. ]+\))?|"
    rf"(?!.*\bCourse\b)(?=.*\b(?:Associates|Consultant|Hospital|Infirmary|Medical Cent(?:re|er)|"
    rf"NHS|Partner|Practice|Registrar|Trust|Unit)\b)"
    rf"{_LARGE}(?:,? {_LARGE}){{1,11}})[,.]?\s*"
)
"""A line of a letter's head or foot, in this case of letters only: a name, an office, a place."""

ASKS_LETTERHEAD = (
    r"\b(?:who|whom|whose|where|names?|named|called|from|address\w*|destination|refer\w*|transfer\w*|follow\w*|appoint\w*|"
    r"admitted|clinic|cent(?:re|er)|consultants?|department|doctors?|gp|hospital|practice|special\w*|surgeons?|team|trust|unit|ward)\b"
)
"""What asks for somebody or some place that such a line may tell."""

ONLY_DATED = r"\W*dated?\b\W*(?:\w+ )?\d[\w ,./-]{3,20}"
"""A line of a letter that tells only its date."""
ASKS_LATER = r"\b(?:again|appointments?|clinic|come (?:back|out)|due|follow\w*|next|return\w*|review\w*)\b"
"""What asks for a time after that."""
ASKS_DATE = r"\bdated?\b(?! of birth)|\b(?:days?|months?|years?|time)\b"
"""What asks for that, where the question has no word for time."""
