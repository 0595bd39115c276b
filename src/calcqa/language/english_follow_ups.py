"""English by which follow-ups are told from questions that stand alone, as data (`query/leaning.py`)."""

COURTESY = (
    r"^(?:(?:ok(?:ay)?|(?:many )?thanks?(?: you)?(?: (?:a lot|again|(?:so|very) much|for .*?(?=[,.!]|$)))?|cheers|"
    r"i see|got it|hm+|hello|hi|hey|good (?:morning|afternoon|evening|day)|(?:good)?bye|"
    r"that(?:['’]s| is| was)? (?:very |really )?(?:helps?|helpful|clear|great|interesting|all(?=\W)))\b[\s,.!]*"
    r"|(?:excellent|great|lovely|nice|perfect|right|good|fine|well|yes|no|sure)\b"
    r"(?:\s*[,.!;:]+\s*|\W*$|\s+(?=(?:and|but|so|then|now|thanks?)\b)))+"
)
"""Greetings, thanks and nods before a question, or in its place; not "right" of "right hip"."""

PREPOSED = (
    r"^(?:after|at|by|for|from|in|into|on|over|since|through|to|under|until|with|within)\s+(?:how|what|which|whom)\b"
)
"""Begins what without a verb only adds to a question ("at what rate?")."""

_ONE = r"(?<!any )(?<!can )(?<!could )(?<!does )(?<!must )(?<!should )(?<!would )one"  # not "anyone"

PRONOUN = (
    r"\b(it(?!\s+(?:before|takes?|took)\b|\s+(?:better|common|known|likely|necessary|possible|safe|true)\s+"
    rf"(?:to|that|for)\b)|its|they|them|their|that one|this one|{_ONE}|ones|"
    r"that(?:(?<!claim that)(?<!say that)(?<!tell that)(?<!think that)(?<!ed that)|(?=\W*$))|"
    r"(?<!all )(?<!before )this(?! (?:kind|sort|time|type)\b)|those|these|the latter)\b"
)
"""Not the "it" that stands for nothing ("is it safe to"), nor "that" of what somebody noticed, nor "before this"."""

OTHER = (
    rf"\b(else|others?|another|besides|{_ONE}|ones|too|as well|instead|"
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )there|(?:by|since|until|before) then|"
    r"(?:then|after(?:wards)?|since)(?=\W*$))\b"
)
"""Words that refer to what was answered; "are there" only says that something is."""

STANDING = r"\bfollow[- ]?up\b|\b(?:the|his|her) (?:management |discharge |treatment )?plan\b"
"""What every patient has, so that a question that names it is complete though these words are ordinary ones."""
THEY_ARE = r"\b(?:are|were|was|is) they (?:\w+ly )?(?:\w+ed|given|done|taken|made|put|found|seen|cut|shown)\b"
"""Points at what was named before, to which something is done, and not at whoever treats."""

MEASURED = r"age|amount|course|dos(?:e|age)|level|number|quantity|rate|route|schedule|size|strength|value|volume"
"""What is asked of a thing, and names none; `Language.units` and `Language.periods` are such words as well."""
