"""How questions ask for values, names and findings, and what denies, in English, as data. Patterns ignore case."""

SHOWS = (
    r"what (?:did|does|do) (?:.* )?(?:show|reveal|find|demonstrate|say|identify)|findings?|results? of|"
    r"what was (?:seen|found|the (?:result|finding))|what is (?:the plan|planned|recommended|advised)|"
    r"what should be done"
)
"""How it asks what there was to see, or what is to be done."""
NO_VALUE = r"outcomes?|fate|diagnos\w+|causes?|plan|planned|management|complications?|findings?|happened"
"""What is asked for that is no number, though one may stand in the answer."""
MEASURE = r"^\W*(?:and )?what(?:'s| is| was| were)\b|\bhow (?:high|low|was|were)\b|\bat what\b|\bby how\b"
"""How it asks for what may be a quantity."""
HOW_OFTEN = r"how (?:often|many times|frequent(?:ly)?)|frequency"
"""How it asks how many times in a day, a week or longer."""
WHEN = r"^\W*(?:(?:and|so|on|at|in|since|until|from|by|or) )*(?:when|(?:what|which) (?:time|date|day|year|month))\b"
"""How it asks for a date or a time of day."""
OF_ONE_KIND = (
    r"which|diagnos\w+|causes?|drugs?|antibiotics?|medic\w+|vaccines?|infections?|diseases?|conditions?|"
    r"tumou?rs?|cancers?|genes?|explain\w*|caused|given|used|histolog\w+|patholog\w+|biopsy|rhythm|allerg\w+|prescribed|added|reverse\w*|organisms?|bacteri\w+|germs?|bugs?|pathogens?|virus\w*"
)
"""How it asks for something whose answers are of one kind."""
ANY = r"\W*(?:(?:and|but|so) )?any\b"
"""Begins what asks for yes or no without a verb: "any allergies?"."""
GERM = (
    r"organisms?|bacteri\w+|germs?|bugs?|pathogens?|species|gr[eo]w\w*|cultur\w+|isolat\w+|parasit\w*|fung\w+|infect\w+"
)
SEVERAL = (
    r"(?:which|what) (?:\w+ )?(?:drugs|medications|medicines|antibiotics|tests|organisms|bacteria|species|symptoms|"
    r"findings|diseases|conditions|vaccines|treatments|were|are)"
)
"""How it asks for several things, of which each sentence may name some."""

ROLES = (
    r"daughter|son|wife|husband|mother|father|brother|sister|neighbou?r|friend|colleague|partner|registrar|consultant|"
    r"junior doctor|midwife|nurse|general practitioner|family doctor|GP|paramedics?|surgeon|ana?esthetist|police|"
    r"passer-?by|bystander|teacher|carer|home help|cleaner|lodger|(?:flat|room|house|class|team)mate|land(?:lord|lady)|"
    r"postman|porter|warden|caretaker|cousin|niece|nephew|aunt|uncle|grand\w+|parents?|driver|stranger|guard|coach|physiotherapist|student|obstetrician|radiologist|pathologist|dentist|pharmacist"
)
"""Persons by what they are."""
NAMES = (
    r"(?:Professor|Prof\.?|Doctor|Dr\.?|Miss|Mrs\.?|Ms\.?|Mr\.?|Sister|Nurse|Sir|Dame)\s+"
    r"((?:[A-Z][\w'’-]+(?:\s(?=[A-Z]))?){1,3})"
)
"""A person by name, in this case of letters only."""

NOTHING = r"normal|unremarkable|clear|no(?:thing)? abnormal(?:it(?:y|ies))?|no growth|nothing|negative|no lesions?"
"""What a test shows that shows nothing."""
NOT_NOTHING = r"(?:\b(?:not|never|no|nor|without|no longer|far from|anything but)|n['’]t) (?:\w+ ){0,2}"
"""What denies that, right before it."""
NORMAL = (
    r"\W+(?:(?:is|are|was|were|looks?|looked|appears?|appeared)\W+)?(?:\w+ly\W+)?"
    r"(?:normal|unremarkable|healthy|intact|clear|within (?:normal|the normal))\b"
)
"""What denies a fault of what it stands behind."""
CARRIERS = "family history, history of, history, evidence, sign, feature, symptom, finding, presence, known"
"""What a question names beside what it asks about, and an answer need not: "is there a history of asthma"."""
PREFIXES = r"un|ab|non-?|in|im|ir|dis|a"
"""What denies a word it stands before."""
DENYING = {
    "=afebrile": "=fever",
    "=unvaccinated": "=vaccination",
    "=asymptomatic": "=symptoms",
    "=benign": "=cancer",
    "=no known allergies": "=allergy",
    "=no known drug allergies": "=drug allergy",
    "=teetotaler": "=alcohol",
    "=uneventful": "=complication",
    "=nonsmoker": "=smoking",
}
"""Concepts that deny another."""
ENDS_DENIAL = (
    r"\b(?:is|are|was|were|has|had|have|but|only|although|however|except|apart from|with|in|at|on|by|"
    r"(?<!allergy )(?<!allergic )(?<!reaction )(?<!intolerance )(?<!sensitivity )(?<!response )to|"
    r"after|before|during|since|despite|because)\b|;|, (?:only|but|and)\b|"
    r"\band (?:show\w*|reveal\w*|demonstrat\w*|grew|gave|found)\b"
)
"""Words that a denial before them does not reach beyond."""
LOOKS_BACK = r"\w (?:is|are|was|were|been)(?: \w+ly)? (?:excluded|ruled out)(?=$|[,.]| (?:and|but|while)\b)"
"""A denial of what stands before it: "gout was excluded and diabetes confirmed"."""
DENIED_BEHIND = (
    r"(?:\W+\w+){0,4}?\W+(?:is|are|was|were|has|have|had|did|does|could|can)"
    r"(?:n['’]t|\W+(?:(?:both|all|also|again) )?(?:not|never|absent|negative|excluded|ruled out|denied|undetect\w+))\b|"
    r"\s*[:,-]?\s*(?:absent|negative|nil|none|excluded)\b"
)
"""What denies the words that it stands behind."""
DENIED_OBJECT = (
    r"(?:drinks?|smokes?|with|grew|yielded|detected|isolated|gained|lost|involve[sd]|infiltrate[sd]|invade[sd]) "
    r"(?:nothing|nobody|none|no[ -]one|no (?!more|less|fewer|longer|further|later)\w+)"
)
"""What denies the words that it begins with: "drinks no alcohol"."""
