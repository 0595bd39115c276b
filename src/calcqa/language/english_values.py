"""How values and names are told and asked for in English, as data: normal, when, of what. Patterns ignore case."""

_BOUND = r"up to|below|under|less than|above|over(?! \d+ ?(?:h|min|day|week|month))|at (?:most|least)|[<>≤≥]"
_RANGE = rf"(?:(?:{_BOUND}) ?\d[\d.,]*|\d[\d.,]*\s?(?:[-–]|to)\s?\d[\d.,]*)"
_NORMAL = r"\b(?:ref(?:erence)?|normal(?! saline)|range|limits?|target)\b"
_BEYOND = r"\b(?:above|below|beyond|outside|over|under|within)\b"
REFERENCE = (
    rf"[(\[]{_RANGE}(?![^()\[\]]*{_BEYOND})[^()\[\]]*{_NORMAL}[^()\[\]]*[)\]]|{_NORMAL}[^()\[\]]*[)\]]|"
    rf"\b(?:reference|normal(?! saline)|target)(?: [^\W\d]\w*){{0,4}}?:? {_RANGE}|"
    rf"\b{_RANGE}(?: ?\S{{1,8}})? (?:is|are|being|was) (?:the )?(?:normal|reference|target)|"
    rf"(?<=\| ){_RANGE}$|"
    # "5.3, above the normal range (of 3 to 5)": no number but what was measured
    rf"{_BEYOND}[^()\[\],;\d]*{_NORMAL}[^()\[\],;\d]*{_RANGE}?"
)
"""What tells a value that is normal, or aimed at, and is none that was measured."""

# --- when -------------------------------------------------------------------------------------------------------------

AFTER = r"(?:at|after|by|on|within)(?: about)? $"
LATER = r" (?:ago|later|after|post|following|into|on|before|earlier|postpartum)\b"
"""What stands before, or behind, a spell of time that tells when: "at six weeks", "two days later"."""

STAGES = {
    "start": r"admission|arrival|presentation|presenting|baseline|triage|clerking|referral|initial",
    "before": r"pre-?(?:operative|op|treatment|assessment)",
    "after": r"post-?(?:operative|op|treatment)|recovery",
    "later": r"outcome|follow-?up|progress|repeat|control|final|review|discharge",
}
"""Stages of a course, as headings and titles name them."""

PLANNED = (
    r"plan(?:s|ned)?|should|will|shall|would|to be|intend\w*|recommend\w*|advise[sd]? (?:to|that|for)|propos\w*|aims?|"
    r"scheduled|suggest\w*|consider\w*"
)
"""What tells of what is to be."""

PRESCRIBED = r"(?:(?:was|were|(?:has|have|had) been) )?(?:prescribed|ordered|written up for)"
"""What tells of what was to be taken, and not whether it was."""

COURSE = r"\b(?:for|of|prescribed|ordered)(?: (?:an?|another|about|at least|a further|only|up to|the next))* $"
"""What stands before how long something is to be taken."""

DONE = r"was|were|had|has been|have been|received|underwent|completed|got|took|after"
"""What tells of what was."""

# --- of what ----------------------------------------------------------------------------------------------------------

ATTRIBUTES = (
    "dose dosage size level length weight height width depth diameter greatest volume concentration count number "
    "result amount duration rate value reading measurement measuring total course high low highest lowest peak nadir "
    "maximum minimum worst first last latest initial final trend unit grade stage class score "
    "patient mother child baby born birth old age"
)
"""What is told of a thing, or whom it is of, and is none itself: "what dose of codeine" asks for codeine."""

WITHIN = (
    r"in|of|on|at|from|to|with|near|by|for|under|below|above|behind|beside|along|around|into|over|after|before|during|"
    r"between|within|through|without|against|via|across"
)
"""What stands before what something is in, of or at."""

ENDS_RUN = rf"{WITHIN}|and|or|but|was|were|is|are|has|had|that|which|who|when|while|if|then|than|as|per|each"
"""What ends the words behind a value that say what has it: "2.5 cm stone in the pouch"."""

MEASURING = r"of|was|were|is|are|be|been|being|measur\w+|about|around|only|now|to|up|by|a|an|the"
"""What stands between the name of a thing and its value: "a stone of 24 mm"."""

METHODS = {
    "ultrasound": r"ultraso\w+|sonogra\w+|echo(?:cardiogra\w+)?|Doppler",
    "CT": r"CT|computed tomogra\w+",
    "MRI": r"MRI?|magnetic resonance",
    "radiograph": r"radiographs?|X-?rays?|mammogra\w+|films?",
    "pathology": r"histolog\w+|histopatholog\w+|patholog\w+|specimen|autopsy",
    "operation": r"operation|operative(?:ly)?|surgery|theatre|laparoscop\w+",
    "endoscopy": r"(?:endo|colono|gastro|cysto|broncho)scop\w+",
    "hand": r"palpa\w+|examination|exam|clinically",
}
"""Ways to measure a size, one unlike the other."""

# --- names ------------------------------------------------------------------------------------------------------------

OF_A_KIND = (
    r"\b(?:which|what)(?: (?:kind|type|sort) of)?((?: (?!was|were|is|are|did|does|do|has|have|had)[\w-]+){1,3}?) "
    r"(?:was|were|is|are|did|does|do|has|have|had|would|should|could)\b"
)
"""How it asks for a name of a kind, which stands last: "which intravenous antibiotic was"."""

TAKEN = (
    r"gave|given?|treat\w*|receiv\w*|got|get|start\w*|prescri\w*|tak(?:e[ns]?|ing)|took|on|us(?:e[ds]?|ing)|"
    r"administered"
)
"""How it asks for a drug that was taken."""

NOT_TAKEN = (
    r"resistan\w+|sensitiv\w+|susceptib\w+|allerg\w+|intoleran\w+|avoid\w*|contraindicat\w+|withheld|consider\w+"
)
"""What tells of a drug that was only tested, or thought of."""
