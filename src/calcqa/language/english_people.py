"""English by which documents and questions name patients, and those who treat them, as data."""

_NAME = r"[A-Z][\w-]+(?:['’](?!s\b)\w+)?"

TITLES = r"Mr|Mrs|Ms|Miss|Master|Mx"
TITLED = rf"\b(?P<title>{TITLES})\.? (?:(?:[A-Z]\.?|{_NAME}) ){{0,2}}?(?P<name>{_NAME})\b(?! +[A-Z][a-z])"
"""A patient's surname behind a title, in this case of letters only."""

HEADED = (
    rf"^\W*(?:Patient(?:['’]s)?(?: name)?|Pt|Name|Re|RE)\s*:\s*(?:(?:{TITLES})\.?\s+)?"
    rf"(?:(?P<last>{_NAME}),\s+{_NAME}|(?:{_NAME}\s)?{_NAME}\s(?P<name>{_NAME}))(?=\s*(?:$|[,(–-]|\s\s|DOB|Hosp|NHS))"
)
"""A patient's name at the head of a letter or a chart: "Pt: Ann Lee", "Name: LEE, Ann"."""

ASKED = rf"\b(?P<title>{TITLES})\.?\s+(?P<name>[^\W\d_][\w-]*)(?:\s+(?P<last>[^\W\d_][\w-]*))?"
"""The same in a question, in any case of letters: a title, and two words of which either may be the surname."""

STAFF = (
    r"(?:surgeons?|consultants?|operators?|assistants?|registrars?|ana?esthetists?|doctor|colleagues?|\bteam|\bcc|"
    r"\b(?:assisted|dictated|done|led|operated|performed|placed|referred|removed|reported|requested|reviewed|seen|signed|"
    r"written)(?: on)?(?: by)?|\bcare of|\b(?:discussed|spoke) with (?:the )?\w+)(?: is| was| of|, |:)?\W{0,3}"
)
"""What stands before the surname of one who treats patients."""

ACTING = (
    r"(?:['’]s) (?:clinic|list|team|ward)|[ ,(]+(?:consultant|surgeon|FRCS|MRCP|"
    r"(?:has |had )?(?:performed|operated|did (?:the|this|his|her)|carried out|reviewed|assisted|advised))\b"
)
"""What stands behind it."""

SEXES = {
    "female": r"\b(?:she|hers?|(woman|girl|lady|mrs))\b",
    "male": r"\b(?:he|his|him|(man|boy|gentleman))\b",
}
"""Words that tell the sex of the patient; those in brackets tell more."""

AGED = (
    r"\b(\d{1,3})[- ](?:year|yr)s?[- ]old|\b[Aa]ged? ?:?(\d{1,3})\b|\b(\d{1,3}) years? (?:old|of age)|"
    r"\b(?:man|woman|boy|girl|child|lady|gentleman|patient|person|driver) of (\d{1,3})\b|"
    r"\b(\d{1,3})\s?(?:y(?:rs?|/?o)?\s?)?/?\s?[MF]\b|\b[MF]\s?/\s?(\d{1,3})\b|"
    r"\b(?:Mr|Mrs|Ms|Miss)\b[^,\n]{1,30}, (\d{1,3})\b"
)
"""The age of a patient in years, in this case of letters only."""

FEMALE_NAME = r"\b(?:woman|girl|lady|mother|mum|mom|wife|daughter|sister|grandmother|widow|female|schoolgirl|gravida)\b"
MALE_NAME = r"\b(?:man|boy|gentleman|father|dad|husband|son|brother|grandfather|widower|male|guy|schoolboy)\b"
"""Words by which a question calls a patient who is of one sex."""

PRONOUNS = {"female": r"\b(?:she|hers?|herself)\b", "male": r"\b(?:he|his|him|himself)\b"}
"""Pronouns of one sex."""

THEM = r"\b(?:they|them|their|theirs|themselves|those|these)\b"
"""Words for several patients who were named before."""

MOTHER = r"\b(?:mother|mum|mom|maternal)\b"
"""Words for the mother of a patient, or for what is hers, in a question or a heading."""
OF_CHILD = r"\b(?:baby|fetal|foetal|infant|neonat(?:e|al)|newborn|twins?)\b"
"""The same of a child that was born."""

BY_AGE = (
    r"\bthe (?:(?P<old>older|elder|eldest|oldest)|young(?:er|est))"
    r"(?: (?:brother|sister|sibling|twin|son|daughter|child|boy|girl|man|woman|patient|one)\b|(?=\W*$| of\b))"
)
"""Calls one of several patients by age, who may be of one family and nobody's relative there: "the older brother"."""
IN_YEARS = r"\b(\d{1,3})[- ]years?[- ]old\b|\baged? (\d{1,3})\b"
"""Tells an age in years."""

PRONOUN_SEX = {"she": "female", "her": "female", "hers": "female", "he": "male", "him": "male", "his": "male"}
"""Pronouns that may stand alone, and their sex."""

OTHER_SEX = {
    "female": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    "male": {"she": "he", "her": "him", "hers": "his", "herself": "himself"},
}
"""Pronouns of the other sex, and what stands for each where a question is asked of somebody else."""

OWNED = r"\bher(?=\s+\w)(?!\s+(?:after|and|as|at|before|by|during|for|from|in|into|off|on|or|since|to|until|with)\b)"
"""Where "her" says whose something is."""

RELATIVES = {
    "mother": r"mothers?|mum|mom|maternal",
    "father": r"fathers?|dad|paternal",
    "sibling": r"siblings?|brothers?|sisters?|twins?",
    "partner": r"husbands?|wife|wives|spouse|partner",
    "child": r"sons?|daughters?",
    "grandparent": r"grand(?:father|mother|parent|ma|pa)s?",
    "other": r"uncles?|aunts?|cousins?|nephews?|nieces?",
}
RELATIVE = "|".join(RELATIVES.values())
FAMILY = r"\b(?:FHx?|FMHx?|parents?|family|families|familial|relatives?|kin|hereditary|inherit\w*)\b"
"""Words for any relative."""

FAMILY_HISTORY = r"\bFM?Hx?\b|\bfamily (?:history|hx|members?)\b|\b(?:runs?|running) in (?:\w+ )?family\b"
"""What asks for the illnesses of relatives."""

_NOT_OF = rf"(?!['’]s (?:\w+ )?(?:{RELATIVE})\b)"
OF_ASKER = rf"\b(?:my|our) (?:\w+ ){{0,4}}?(?:{RELATIVE})\b{_NOT_OF}"
"""What a relative calls the patient: "my little girl's brother" is none."""
FONDLY = rf"\b(?:mum|mom|dad)\b{_NOT_OF}"
"""The same, where no text names such a relative of the patient: "How is dad?"."""
OWN_PARENT = r"(?:\b(?:his|her|the|their|an?|own)|['’]s?) (?:\w+ ){0,2}?(?:mum|mom|dad)\b"
"""A parent of the patient: "his late dad"."""

_NUMBER = r"(?P<number>[1-9]|one|two|three|four|five|six|i{1,3}|iv|vi?)"
CASE_HEADING = (
    rf"(?:\d[\d.]*\s+)?(?:case|patient)(?: (?:report|presentation|description|history|no\.?|number))? ?#?{_NUMBER}\b"
)
"""The heading of the section about one of several patients."""
NUMBERED_PATIENT = (
    r"\b(?:case|patient)(?: no\.?| number)? ?#?"
    r"(?!i (?:am|met|operated|referred|reviewed|saw|see|sent|treat\w*|would)\b)"
    rf"{_NUMBER}\b|"
    r"\b(?P<place>first|second|third|fourth|fifth|sixth) (?:case|patient|man|woman|boy|girl|child)\b"
)
"""How one of several patients is called by number or place."""
PLACES = {
    name: place
    for place, names in enumerate(
        ("one i first", "two ii second", "three iii third", "four iv fourth", "five v fifth", "six vi sixth"), start=1
    )
    for name in (str(place), *names.split())
}
"""The place that a number or a word for it gives."""
OF_ALL = r"\b(?:both|either|neither|each|every|all|others?|respectively|unlike|patients|cases|them|they|their)\b"
"""What speaks of more than one patient."""
CHILD = r"\b(?:baby|babies|newborn|neonate|infant)\b"
CHILD_SEX = {
    "female": r"\b(?:(?:baby |newborn )?girl|daughter|female (?:baby|infant|newborn|neonate))\b",
    "male": r"\b(?:(?:baby |newborn )?boy|son|male (?:baby|infant|newborn|neonate))\b",
}
"""A child of whoever is the patient, and what tells its sex."""
BIRTH = r"\b(?:born|breast\W?\w*|births?|deliver\w*|section(?:ed)?|c-section|caesare?an|cesarean|labou?r|pregnan\w*)\b"
"""What is asked of a mother and told of her child, or the other way about."""
_HEAD = r"\W*(?:[^,;.]{1,40}, |(?:after|at|by|during|from|in|on) [^,;.]{1,20} )?"
BEGINS = {"female": rf"{_HEAD}(?:she|her|the mother)\b", "male": rf"{_HEAD}(?:he|his|the father)\b"}
"""The beginning of a sentence about somebody of one sex."""
