"""English by which a report says whom it is about and what they had, as data: regular expressions, in any case."""

_NUMBER = (
    r"(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|"
    r"six|seven|"
    r"eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen)"
)
_HYPHEN = "[-‐‑–— ]?"
_UNIT = r"(?:years?|yrs?|y|months?|mo|weeks?|wks?|days?)"
_PERSON = (
    r"(?P<person{0}>gentleman|gentlewoman|woman|man|girl|boy|lady|female|male|infant|neonate|newborn|baby|"
    r"child|toddler|teenager|adolescent|preemie|patient|mother|[FM](?=[ ,.;)]))"
)
_BETWEEN = r"(?:(?!(?:mother|father|who|with|and|to|of)\b)[\w/+'’-]+,?\s+){0,5}?"

SUBJECTS = (
    rf"(?P<age1>{_NUMBER}){_HYPHEN}(?P<unit1>{_UNIT}){_HYPHEN}(?:old|"
    rf"o)\b[,\s]+(?P<between1>{_BETWEEN}){_PERSON.format(1)}\b",
    rf"\b(?P<between2>{_BETWEEN}){_PERSON.format(2)}\b,?\s+(?:who (?:was|is) )?(?:aged?|of)\s+(?P<age2>{_NUMBER})"
    rf"(?![\d.]|\s*(?:%|mg|g|kg|cm|ml|weeks' gest))(?:{_HYPHEN}(?P<unit2>{_UNIT}))?\b(?!\s+(?:gestation|"
    rf"of gestation|later|ago))",
    r"\b(?P<person3>[FM])\s?/\s?(?P<age3>\d{1,3})\b|\b(?P<age4>\d{1,3})\s?(?:y/?o\s?)?/?\s?(?P<person4>[FM])\b",
    rf"\b(?P<between5>{_BETWEEN}(?:full[- ]term|preterm|premature|ex-term|term|newborn|neonatal)\s+{_BETWEEN}|"
    rf"(?:fe)?male\s+){_PERSON.format(5)}\b",
    rf"\b(?P<between6>(?:pregnant|young|elderly)\s+){_PERSON.format(6)}\b",
    r"\b(?P<person7>Mrs?|Ms|Miss)\.?\s+(?:(?!(?:and|with|is|was)\b)[\w.'’-]+(?<!['’]s)\s*){1,3}?(?:,|\s(?:is|was))\s+(?:now\s+)?"
    rf"(?:an?\s+)?(?P<age7>{_NUMBER})(?:{_HYPHEN}(?P<unit7>{_UNIT}){_HYPHEN}old\b|(?=[.,;]))",
    rf"\bthis (?P<age8>{_NUMBER}){_HYPHEN}(?P<unit8>{_UNIT}){_HYPHEN}old\b(?!\s+{_BETWEEN}{_PERSON.format(8)}\b)",
)
"""How a patient is named with an age, or as newly born, in the order in which they are preferred at one place."""

FEMALE = r"(?:gentle)?woman|girl|lady|female|mother|F|Mrs|Ms|Miss"
MALE = r"gentleman|man|boy|male|M|Mr"
NEWBORN = r"neonate|newborn|preemie|preterm|premature|full[- ]term|term|neonatal"
SHE, HE = r"\b(?:she|her|hers)\b", r"\b(?:he|his|him)\b"
EXPECTING = r"\b(?:pregnant|gravid)\b"

NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {word: 10 * tens for tens, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}

OF_OTHERS = (
    r"\bet al\b|\b(?:previous(?:ly)?|earlier) (?:reported|described|published|case)|\b(?:reported|"
    r"described) (?:by|in "
    r"(?:19|20)\d\d|a(?:n)? \d)|\bin the literature\b|\bet al\.|\bstud(?:y|ies) of\b|\bseries\b|"
    r"\banother (?:case|report)\b"
)
"""In a sentence: it speaks of patients of others."""

ONE_OF_SEVERAL = (
    r"(?:case|patient)s?\s*(?:no\.?\s*|#\s*)?(?P<number>\d{1,2}|[A-F]|one|two|three|four|five|six|seven|eight)\b"
)
"""The heading of one patient among several."""

SEVERAL = (
    r"\bwe (?:here(?:in|by)?\s+)?(?:report|present|describe)(?:ed)?(?: here)?(?: on)?\s+(?:the cases of\s+|our\s+)?"
    rf"(?P<number>{_NUMBER})\s+(?:(?!month|year|week|day)[\w-]+\s+){{0,3}}(?:cases|patients|children|women|men|"
    rf"infants)\b"
)

COUNTED = (
    rf"^(?:{_NUMBER})\s+(?:[\w-]+\s+){{0,2}}?(?:brothers|cases|children|infants|men|patients|siblings|sisters|twins|women)\s+"
    r"(?:with|of)\s+"
)
"""What stands before the disease where a title counts its patients."""
IN_CHILD = r"\bin (?:an? |the )?(?:[\w-]+ ){0,3}?(?:neonate|newborn|infant|baby|toddler)\b"
"""A title that says that the patient is a young child."""

OURS = r"\bwe\b|\bcase (?:of|with|in which)\b"
"""In an introduction: it speaks of the authors' own patient."""

_OUR = r"(?:(?!(?:in|of|with|on|no|not|to)\b)[\w-]+,?\s+){0,7}?"
_TELLS = (
    r"(?:\bwe\b|\bauthors?\b|\breport\b|\bpaper\b|\barticle\b|\bhere(?:in|by)?\b|\bstudy\b)[^.;]{0,40}?\b"
    r"(?:report(?:s|ed|ing)?|present(?:s|ed|ing)?|describ(?:es?|ed|ing)|encountered|discuss(?:es)?|demonstrates?)\s+"
)
CASE_OF = (
    rf"{_TELLS}{_OUR}case(?:\s+report)?\s+(?:of|with|about|on|(?P<patient>in which|where))\s+",
    rf"{_TELLS}(?=(?P<patient>a|an|the|our)\s+(?:[\w'’-]+\s+){{0,6}}?(?:patient|woman|man|girl|boy|male|female|"
    rf"infant|neonate|child)\b)",
    rf"{_TELLS}(?=(?:(?:the|a|an|our)\s+)?(?:[\w-]+\s+){{0,3}}?(?:treatment|management)\s+of\s)",
    rf"\bthis (?:is|was|represents)\s+(?:to our knowledge,?\s+)?(?:the\s+)?{_OUR}case(?:\s+report)?\s+of\s+",
    r"\b(?:a|an|the first)\s+(?:[\w-]+\s+){0,2}case\s+of\s+",
)
"""What stands before what a report is of, in the order of preference."""

DIAGNOSED = (
    r"\b(?:final|definite|definitive|histopathologic(?:al)?|pathologic(?:al)?|postoperative|discharge|main|principal|"
    r"primary)\s+diagnos[ie]s(?:\s+(?:of|was|is|:))+\s+",
    r"\b(?:confirm(?:ed|ing|s)?|establish(?:ed|ing)?|reached|made|revealed|support(?:ed|ing|s)|led to|"
    r"consistent with)\s+(?:the|a|our|this)?\s*(?:suspected\s+)?diagnosis of\s+",
    r"\bfinally (?:was )?diagnosed (?:with|as(?: having)?)\s+",
    r"\bdiagnosis of\s+(?=[^.;]{3,140}?\s(?:was|is)\s+(?:then\s+|finally\s+|subsequently\s+|thus\s+|therefore\s+)?"
    r"(?:made|confirmed|established|reached|considered|given|integrated))",
    r"\b(?:(?:patient|she|he|girl|boy|infant|neonate|baby|child|man|woman|case) was (?:then |subsequently |"
    r"definitely |finally |also )*diagnosed|was (?:then |subsequently |definitely |finally )*diagnosed) (?:with|"
    r"as(?: having)?|to have)\s+",
    r"\bdiagnosis\s*:\s*",
)
"""What stands before a diagnosis that was made."""

DOUBTED = (
    r"\b(?:previous(?:ly)?|initial(?:ly)?|provisional|presumptive|presumed|tentative|working|differential|"
    r"mis-?diagnos|"
    r"(?<!confirmed the )suspected diagnosis|at that time|history of|known|prior|earlier|years? (?:ago|earlier|"
    r"before)|months? (?:ago|earlier|"
    r"before|prior)|had been diagnosed|admi(?:tted|ssion)[^.]{0,60}with the diagnosis|family|mother|brother|sister)"
)
"""In a sentence: what it calls a diagnosis is not the last one, or another's."""

DEVELOPED = (
    r"\b(?:who|patient|woman|man|male|female|girl|boy|infant|and|subsequently|later)\s+(?:had\s+|"
    r"was\s+)?(?:finally\s+|later\s+|then\s+)?(?:developed|diagnosed (?:with|as)|suffered(?: from)?|"
    r"coinfected with|co-infected with)\s+(?![^.,;]{0,60}?\bin (?:19|20)\d\d)"
)
"""What stands before the disease where a report is of a patient."""

OF_PATIENT = (
    r"(?:(?:the|this|our|a|an)\s+)?(?:(?!(?:by|from|in|of|on|to|with)\b)[\w'’+-]+,?\s+){0,8}?(?:patient|woman|"
    r"man|girl|boy|male|female|infant|neonate|child|gentleman|lady|baby|adult)\b"
)
AND_WITH = (
    r"\s+(?:with|having)\s+(?!(?:a |an |no )?(?:past |medical |previous |known |significant )*(?:history|no |"
    r"unremarkable))"
)

TREATED = (
    r"(?:(?:the|an?|our)\s+)?(?:[\w-]+\s+){0,3}?(?:treatment|management|repair|diagnosis|use)\s+(?:of|"
    r"for)\s+(?:an?\s+)?"
)
"""What may stand before the disease where a report is of its treatment."""

CUT = (
    r"\s*(?:[,;:!?()\[\]|]|(?<!\b[A-Z])\.|\s[-–—]\s|\b(?:which|that|who|whom|whose|where|when|while|whereas|"
    r"treated|managed|presenting|"
    r"presented|manifesting|diagnosed|successfully|requiring|required|mimicking|masquerading|following|after|during|"
    r"despite|resulting|leading|developing|developed|occurring|reported|refractory|confirmed|was|were|is|are|"
    r"had|has|have|"
    r"been|arising|occurred|initially|recently|subsequently|because|based|without|using|through|via|by means|"
    r"as (?:the|an?)|"
    r"where(?:by|in)|proven|involving|found|seen|revealed|likely|most|with (?:no|a history|strong|successful)|"
    r"posted|ultimately|eventually|even|could|would|can|may|might|acquired|detected|first of|and showing|being|"
    r"before|preceding|associated with a|simultaneously|and (?:[\w-]{2,}ed|taken|given|undergoing|underwent|"
    r"was|is|were|had|has|successfully|the|its|their|we|to|initiated|started|treated|placed)|"
    r"in (?:a|an|the|this|our|which|whom|association|one|patients?|\d+|whose|his|her)|on (?:a|an|the|his|her)|"
    r"of (?:the|this) (?:patient|case)|at (?:the|a|our|his|her)|from (?:a|an|the|our)|to (?:the|our) (?:best|"
    r"hospital)|"
    r"by (?:a|an|the)|within|since|until|(?:\d+|two|three|four|five|six|ten) (?:years?|months?|weeks?|days?))\b)"
)
"""Where the name of a disease ends at the latest."""

LEADING = (
    r"(?:(?:the|this|our|so-called|new|newly|rare|unusual|unique|uncommon|interesting|extremely|very|first|typical|"
    r"classic(?:al)?|possible|presumed|an? (?=rare|unusual|unique|uncommon|interesting|new|typical|classic)|"
    r"(?:an?\s+)?(?:[\w-]+\s+)?(?:cases?|causes?|diagnosis) of)\s+)+"
)
TRAILING = (
    r"(?:\s+(?:and(?: with)?|or|with|of|in|due|to|by|from|the|an?|as|caused|secondary|complicated|on|at|for|"
    r"into|its|his|her|associated))+$"
)

DISEASE = (
    r"\b\w{3,}(?:itis|itides|osis|oses|oma|omas|emia|aemia|pathy|pathies|plasia|trophy|penia|uria|cele|ectasis|"
    r"megaly|"
    r"sclerosis|phyma|algia|plegia|paresis|rrhage|rrhea|rrhoea|lithiasis|stenosis|ptysis|thorax)\b|"
    r"\b(?:syndrome|disease|"
    r"disorder|infection|fever|cancer|carcinoma|tumou?r|abscess|fistula|rupture|perforation|h(?:a)?emorrhage|"
    r"bleeding|"
    r"failure|injury|injuries|trauma|fracture|hernia|torsion|thrombo\w+|embol\w+|infarction|ischa?emia|stroke|"
    r"poisoning|toxicity|intoxication|overdose|deficiency|malformation|shock|crisis|storm|cyst|stenosis|obstruction|"
    r"intussusception|"
    r"aneurysm|dissection|ulcers?|palsy|epilepsy|seizures?|malaria|tuberculosis|covid(?:-19)?|pregnancy|migration|"
    r"defect|hypertension|hyperglycin\w+|diabetes|leuk(?:a)?emia|lymphoma|gangrene|arrest|reaction|necrosis|"
    r"insufficiency|varic\w+|lesions?|leak(?:age)?|clots?|o?edema|coma|megacolon|bleed|penetration|malformations?|"
    r"superinfection|storm|effusion|tamponade|hydrocephalus|encephalopathy|retention|prolapse|atresia|"
    r"aganglionosis|typhus|dengue|measles|rabies|tetanus|botulism|lupus|HIV|MRSA|TB|AIDS|SARS[\w-]*|"
    r"[A-Z]?\w*(?:ella|coccus|ococci|bacter\w*|virus)|embolus|emboli|pneumonia|sepsis|peritonitis|hernias?|"
    r"hemophilia|haemophilia|collapse|burns?|bites?|foreign body|gout|"
    r"asthma|angioedema|anaphylaxis)\b"
)
"""A word that a disease is called by."""

ANY_DISEASE = (
    r"disease|lesions?|poisoning|pneumococci|encephalopathy|o?edema|effusion|leak(?:age)?|clots?|sepsis|"
    r"fistula|migration|bites?|collapse|disorder|infection|syndrome|failure|bleeding|injur(?:y|ies)|trauma|"
    r"fever|tumou?rs?|pregnancy|reaction|shock|cancer|carcinoma|complication|arrest|pneumonia|sepsis|seizures?|"
    r"h(?:a)?emorrhage|diagnosis|surgery|prognosis|necrosis|stenosis|obstruction|perforation|rupture|defect|"
    r"toxicity|ulcers?|abscess|oma|covid(?:-19)?|thrombosis|stroke|hypertension|diabetes|failure"
)
"""Words that many diseases share, or that many reports have: none is told by such a word alone."""

DEFINED = (
    r"(?P<name>(?:[A-Z]|\d)[^.;:()\[\]]{3,70}?)\s*(?:\((?P<short>[^()]{1,20})\)\s*)?,?\s*\b(?:is|are)\s+(?:an?|"
    r"the|one of|rare|uncommon|defined|characteri[sz]ed|extremely|very|among|caused)\b"
)
"""A sentence that says what a disease is."""

TITLED = (
    r"^(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,3}?(?:case|report)s?(?:\s+report)?\s+(?:of|on|with)\s+|"
    r"[:–—-]?\s*(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,3}?(?:case (?:report|series|study)|"
    r"review of (?:the )?literature|literature review|report of (?:a|\w+) cases?)\b.*$"
)
"""What a title has beside the disease: "… : a case report"."""
