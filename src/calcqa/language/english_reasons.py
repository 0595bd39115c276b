"""Times, specimens, parts of the body and persons, one unlike the other, in English, as data. Patterns ignore case."""

TIMES = {
    "start": r"(?:on|at) (?:\w+ )?(?:admission|arrival|presentation|baseline|diagnosis|referral|booking)|"
    r"initial(?:ly)?|first (?:visit|seen|tap|sample|scan|measured|value|test|admission|time)|at first|admitted with|"
    r"when (?:first|admitted|(?:s?he|they) (?:came|arrived|was admitted|were admitted))|to begin with|came in with",
    "before": r"before (?:\w+ ){0,2}(?:surgery|operation|treatment|procedure|transfusion|therapy|dialysis)|prior to|"
    r"pre-?(?:operative(?:ly)?|op|treatment)",
    "after": r"after (?:\w+ ){0,2}(?:surgery|operation|treatment|procedure|transfusion|therapy|dialysis)|"
    r"post-?(?:operative(?:ly)?|op|treatment|transfusion)",
    "later": r"(?:at|on|before) (?:\w+ )?(?:discharge|follow-?up)|later|second|"
    r"at this visit|this (?:morning|time)|next day|"
    r"repeat(?:ed)?|final(?:ly)?|last|at the end|when s?he (?:left|went home)|"
    r"(?:has|have|had) (?:since )?(?:fallen|risen|come down|gone (?:up|down)|dropped)|"
    r"(?:fell|rose|dropped|climbed|came down) to",
    "now": r"now|today|at present|currently",
    "most": r"peak(?:ed)?|highest|maxim(?:um|al)|at (?:its|their) worst",
    "least": r"nadir|lowest|minim(?:um|al)",
}
"""Times at which something is measured, one unlike the other."""

SPECIMENS = {
    "blood": r"(?:blood|h[ae]mo)[ -]?cultures?|serum|plasma|blood (?:film|sample)|in (?:his|her|the) blood",
    "urine": r"urin(?:e|es|ary|alysis)|MSU|dipstick",
    "sputum": r"sputum|lavage|bronchial washings?|BAL",
    "stool": r"stools?|fa?eces|fa?ecal",
    "spinal fluid": r"CSF|cerebrospinal|spinal fluid|lumbar puncture",
    "wound": r"wounds?|ulcers?|pus",
    "skin or throat": r"throat|nose|nasal|skin|groin",
    "chest fluid": r"pleural|empyema",
    "belly fluid": r"ascit\w+|peritoneal",
    "joint fluid": r"synovial|joint",
}
"""What is taken for a test, one unlike the other."""

PARTS = {
    "liver": r"liver|hepatic",
    "kidney": r"kidneys?|renal",
    "lung": r"lungs?|pulmonary",
    "brain": r"brain|cerebral|cerebell\w+|intracranial",
    "heart": r"heart|cardiac|myocardi\w+",
    "spleen": r"spleen|splenic",
    "pancreas": r"pancrea(?:s|tic)",
    "stomach": r"stomach|gastric",
    "bowel": r"bowel|colon|colonic|caecum|cecum|sigmoid|rectum|rectal|ileum|ileal|appendix",
    "gullet": r"o?esophag\w+",
    "gall bladder": r"gall ?bladder|bile ducts?|biliary",
    "bladder": r"(?<!gall )bladder",
    "prostate": r"prostat\w+",
    "breast": r"breasts?|mammary",
    "womb": r"uter(?:us|ine)|womb|endometri\w+|cervix",
    "ovary": r"ovar(?:y|ies|ian)",
    "thyroid": r"thyroid",
    "adrenal": r"adrenals?",
    "hip": r"hips?",
    "knee": r"knees?",
    "shoulder": r"shoulders?",
    "ankle": r"ankles?",
    "wrist": r"wrists?",
    "elbow": r"elbows?",
}
"""Parts of the body, one unlike the other."""

NOT_THERE = (
    r"\b(?:nothing|none|no(?: \w+){1,2}) (?:(?:is|was|are|were) )?(?:seen |found |visible )?(?:in|on|at) (?:the )?"
)
"""What stands before a place that has nothing of what is asked about."""
PLACE = (
    r"where|left or right|right or left|(?:which|what) (?:\w+ )?(?:sides?|eye|ear|lung|kidney|leg|arm|hand|foot|knee|"
    r"hip|breast|ovary|ureter|shoulder|elbow|wrist|ankle|testis|testicle|adrenal|half|limb|thumb|cheek|carotid|"
    r"hemisphere|lobe|part|pole|segment|vein|artery|vessel|organ|bone|joint|finger|toe|tooth|vertebra)"
)
"""How it asks for a place."""

OTHERS = (
    r"mother|father|brother|sister|sibling|twin|son|daughter|wife|husband|partner|donor|grandmother|grandfather|"
    r"aunt|uncle|cousin|index (?:case|patient)|infant|neonate|newborn|baby|parents?|"
    r"(?:case|patient) (?:\d+|one|two|three|four)"
)
"""Persons other than the patient, and patients by number."""
FEMALE = r"she|her|hers|woman|girl|lady|mother|sister|daughter|wife|grandmother|aunt"
MALE = r"he|his|him|man|boy|gentleman|father|brother|son|husband|grandfather|uncle"
COMPANY = r"(?<!with her )(?<!with his )(?<!with the )(?<!with a )(?<!by her )(?<!by his )(?<!by the )(?<!by a )"
"""What does not stand before such a person who is only with the patient, or does something for them."""
INFORMS = (
    r"(?!['’]s)(?! (?:says?|said|tells?|told|reports?|reported|noticed|noted|brought|asked|recalls?|thinks|gave|helps?|"
    r"manages?|checks?|looks|brings?|lives)\b)"
)
"""What does not stand behind a person who only tells of the patient."""
CHILD = r"infant|neonate|newborn|baby|twin|son|daughter"
"""Persons whom a document about them need not name."""
