"""The lines of a letter that tell only who wrote to whom, where and when, and what asks for these, as data."""

SALUTATION = (
    r"\s*(?:dear(?: [^\s.!?:;]+\.?){1,5}[,:!]?|(?:hello|hi)(?: [^\s.!?:;]+\.?){1,3}[,!]|"
    r"(?:yours|(?:with |many )?(?:(?:very )?(?:kind|best|warm)(?:est)? )?(?:regards|wishes|thanks)|thanking you|"
    r"sincerely)"
    r"(?: (?:faithfully|sincerely|truly|ever)| for (?:your|all your|seeing)\b[^.!?]{0,40})?[,.]?)\s*"
)
"""A line with which a letter begins or ends: it tells nothing but who is written to."""

_LARGE = r"(?:[A-Z][\w.'’-]*|&|and|at|for|in|of|the|Of|\d+\w?)"
LETTERHEAD = (
    rf"\s*+(?:(?:cc|To|From)\b:? ?)?(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Mx)\.?"
    rf"(?: {_LARGE},?){{1,5}}(?: ?\([\w. ]+\))?|"
    rf"(?!.*\b(?:Acquired|Admission|Course|Discharge[ds]?|Stay|Transfer(?:red)?)\b)"
    rf"(?=.*\b(?:Associates|Consultant|Hospital|Infirmary|Medical Cent(?:re|er)|"
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
ASKS_LATER = (
    r"(?!.*\b(?:letter|note|report|dictated|typed|written)\b).*"
    r"\b(?:again|appointments?|clinic|come (?:back|out)|due|follow\w*|next|return\w*|review\w*)\b"
)
"""What asks for a time after that, in a whole question."""
ASKS_DATE = r"\bdated?\b(?! of birth)|\b(?:days?|months?|years?|time)\b"
"""What asks for that, where the question has no word for time."""
