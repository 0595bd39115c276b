"""English by which a sentence is told to speak of a sibling of what is asked for, and not of that, as data."""

OPPOSITES = (
    ("hyper", "hypo"),
    ("tachy", "brady"),
    ("intra", "extra"),
    ("ante", "post"),
    ("pre", "post"),
    ("macro", "micro"),
    ("mono", "poly"),
    ("endo", "exo"),
)
"""Prefixes that turn one thing into another."""

MONTH = (
    r"\b(January|February|March|April|(?:(?<=in )|(?<=on )|(?<=of )|(?<=since )|(?<=until )|(?<=early )|(?<=late )|"
    r"(?<=mid-)|(?<=\d ))May|June|July|August|September|October|November|December)\b"
)
YEAR = r"(?<![\d.,/-])((?:19|20)\d\d)(?![\d/]|[.,]\d)"
SINCE = r"\b(?:after|before|following|prior to|since|until|from)\b[^?,;]*"
"""What a question names as the time from or to which it asks: the answer has another."""
_DRUGS = r"(?:meds?|medic\w+|drugs?|tablets|prescriptions?)"
STAGES = {
    "admission": (
        rf"\b(?:on|at|upon) (?:\w+ )?(?:admission|arrival|presentation)\b|\b(?:admission|admitting) {_DRUGS}\b",
        r"\b(?:on|at|upon|before|prior to) (?:\w+ )?(?:admission|arrival|presentation)\b",
        r"\b(?:admi\w+|arriv\w+|present\w*|came|brought|emergency|initial\w*|first)\b",
    ),
    "discharge": (
        rf"\b(?:on|at|upon) (?:\w+ )?discharge\b|\bdischarge {_DRUGS}\b",
        rf"\b(?:on|at|upon) (?:\w+ )?discharge\b|\bdischarged\b|\bdischarge {_DRUGS}\b",
        r"\b(?:discharg\w+|home|TT[AO]s?|final\w*|last|follow.?up)\b",
    ),
}
"""How a question asks for a stage of a stay, how a text surely tells of it, and what it has that may."""
NUMBERED = r"\b(day|week|month|cycle|case|visit|grade|stage|type|class|patient)s? (\d+|[ivx]+)\b"
SIDE = r"\b(left|right)(?:[- ]sided)? (?!the\b|him\b|her\b|it\b|a\b|to\b|after\b|with\b|and\b|or\b|side\b)([a-z]{3,})"

ABOUT_RELATIVE = (
    r"\W*(?:FM?Hx?|Family (?:hx|history)(?= ?:)|(?:his|her|their|the patient['’]s) (?:\w+ )?mother|"
    r"(?:(?:his|her|their|the patient['’]s|the|an?|one) )?(?:\w+ )?"
    r"(?:father|brother|sister|uncle|aunt|grandmother|grandfather|cousin|husband|wife))\b(?! (?:reported|said|"
    r"reports|says|states|describes|tells|notes|noticed|stated|noted|denied|described|told|brought|found|gave|"
    r"refused|observed|recalled|confirmed|agreed|consented))"
    r"(?!.*\b(?:and|but|so|while|whereas)\b.*\b(?:the patient|Mr|Mrs|Ms|Miss|Master)\b)"
)
"""The beginning of a sentence about a relative, not of what one said of the patient; "the mother" may be she.

What goes on to the patient by name is not about a relative alone."""

WHO = r"\W*(?:and |so |but )?(?:who|whom|whose)\b"
"""Asks for a person, who may be a relative."""

WHICH_SIDE = (
    r"\W*(?:and |so |but )?(?:(?:in|on|of|from|to) )?(?:which|what) (?:side|breast|hip|leg|arm|eye|ear|knee|kidney|"
    r"lung|foot|hand|shoulder|wrist|ankle|elbow|ovary|test(?:icle|is)|thigh|calf|groin)"
    r"(?=\W*$| (?:is|are|was|were|did|does|do|has|had)\b)"
)
"""Asks for a side of the body."""

LIVES = r"\b(?:lives?|lived|living|stays?|staying|accompanied|brought|married)\b[^.;]*"
"""What tells of relatives, and not of their illnesses."""

WEIGHS = r"\bweigh(?:s|ed|t|ts|ing)?\b|\bheavy\b"

WEIGHS_WHOM = (
    r"\b(?:did|does|was|is) (?:s?he|they|the (?:baby|boy|child|girl|infant|man|patient|woman)) (?:weigh|heavy)\b|"
    r"^\W*(?:what(?:['’]s| is| was) )?(?:his|her|the patient['’]s) (?:body )?weight\b"
)
"""Asks for the weight of a person."""
PART_WEIGHS = (
    r"\W*(?:(?:the|an?|his|her|its|each|this) )?(?:[\w-]+ ){0,3}?(?:adenoma|brain|cyst|gland|heart|kidney|liver|lobe|"
    r"lung|mass|ovary|placenta|specimen|spleen|stone|testis|thymus|thyroid|tumou?r|uterus|womb)s?"
    r"(?: [\w-]+){0,3}? weigh"
)
"""How a sentence begins that tells the weight of a part of a body, or of what was taken out of one."""

NUMBERED_DATE = r"\d[/.-]\d\d?[/.-]\d|\b\d{1,2}/(?:0[1-9]|1[0-2])\b"
"""A date whose month is a number."""

BY_WHOM = (
    r"\W*(?:and |so |but )?(?:by whom\b|who (?:(?!(?:collaps|complain|deteriorat|develop|di|experienc|present|recover|"
    r"refus|suffer|surviv)ed)\w+ed|brought|did|found|gave|made|performed|put|said|sat|saw|sent|"
    r"thought|told|took|wrote)\b)"
)
"""Asks who did something, not whom something befell."""
NEGATED_ASKING = (
    r"\W*(?:and |so |but )?(?:which|what|how many|who)(?: (?!not\b)[\w-]+){0,3}? "
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could)(?:n['’]t| not| never)\b"
)
"""A question for what is, does or has something not."""

NEGATED_TELLING = (
    r"\b(?:not|never|none|neither|nor|without|cannot|\w+n['’]t|absent|lack(?:s|ed|ing)?|failed|free of|except|unlike|"
    r"unable|inability|contraindicated|declined|refused|avoided|withheld|omitted|spared|ruled out|excluded|negative)\b"
    r"|(?<=\w )no\b"
)
"""What a sentence has that says of something what it is, does or has not."""

GROUPS = {
    "laboratory test": """
        autoantibodies; blood tests; cardiac biomarker; cardiac enzymes; complement levels; electrolytes;
        immunoglobulins; inflammatory markers; iron studies; kidney function test; liver enzymes; pancreatic
        enzymes; renal function; sex hormones; thyroid function tests; transaminases; tumor markers; urea and
        electrolytes
    """,
    "drug": """
        ACE inhibitor; acid suppressant; alpha-blocker; analgesic; angiotensin receptor blocker; anthelmintic;
        antiarrhythmic; antibiotic; anticholinergic; anticoagulant; antidepressant; antidiabetic drug; antidote;
        antiemetic; antiepileptic; antifungal; antihistamine; antihypertensive; antimalarial; antiparasitic;
        antiparkinsonian drug; antiplatelet; antipsychotic; antiretroviral; antithyroid drug; antituberculous drug;
        antiviral; benzodiazepine; beta-blocker; biologic; biologic drug; bisphosphonate; bronchodilator; calcium
        channel blocker; chelating agent; chemotherapy; corticosteroid; cytotoxic drug; disease-modifying
        antirheumatic drug; diuretic; general anesthetic; immunosuppressant; inotrope; insulin; laxative; lipid-
        lowering drug; local anesthetic; monoclonal antibody; muscle relaxant; neuromuscular blocking agent;
        nonsteroidal anti-inflammatory drug; opioid; osteoporosis drug; proton pump inhibitor; sedative; statin;
        targeted cancer therapy; thrombolytic; tocolytic; tyrosine kinase inhibitor; urate-lowering drug;
        uterotonic; vaccine; vasopressor
    """,
    "organism": "bacterium; fungus; parasite; virus",
}
"""Kinds of the vocabulary whose members are siblings: who asks for one is not answered with another."""

PANELS = """arterial blood gas; basic metabolic panel; blood cultures; coagulation profile; complete blood count; kidney
    function test; lipid profile; liver function tests; renal function; serology; thyroid function tests; urea and
    electrolytes"""
"""Members that stand for several others."""
