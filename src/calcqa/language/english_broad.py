"""English by which questions for a section, a list, a summary or what is missing are told, as data."""

from calcqa.language.english import ENGLISH

TEXT = (
    r"(?:the |this |that |your )?(?:(?:whole|entire|full|case|clinical) )*"
    r"(?:text|report|case|document|paper|article|note|letter|record|file)s?"
)
"""How people name a document itself."""

_PATIENT = rf"(?:(?:the|this|that) (?:{ENGLISH.whom}|pt)|her|him)"
_MATTER = (
    rf"(?:{TEXT}|{_PATIENT}|(?:{_PATIENT}(?:['’]s)?|the|this|his|pt|patient(?:['’]s)?) (?:case|story)|"
    r"everything|this|it|(?:(?:the|this|his|her|their|pt|patient(?:['’]s)?) )?"
    r"(?:(?:hospital|inpatient|ward) (?:course|stay|admission)|admission|stay))"
)
_SHORT = r"(?:very|short|brief|quick|concise|general|rough|case|clinical|one.line|pt|patient)"
_TAIL = (
    r"(?:[ ,]+(?:please|pl[sz]|briefly|shortly|quickly|for (?:me|us|my|our|the|a)(?: [\w-]+){0,3}|"
    r"in (?:a|one|two|three|an?|few|short|brief|plain|simple|your)(?: [\w-]+){0,4}|"
    r"from (?:start|beginning) to (?:finish|end)))*"
)
_OPENING = (
    r"(?:please |ok(?:ay)?,? |so,? |and |now,? )*(?:(?:can|could|would|will) (?:you|we|i) (?:please )?)?"
    r"(?:(?:i|we)(?:['’]d| would)? (?:like|want|need)(?: to (?:see|read|have))? )?"
)

SUMMARY = (
    rf"{_OPENING}(?:summari[sz]e|sum up|recap)(?: (?:for )?(?:me|us))?(?: {_MATTER})?{_TAIL}",
    rf"{_OPENING}(?:(?:give|write|make|get|have)(?: me| us)? )?(?:an? |the )?(?:{_SHORT} )*"
    rf"(?:summary|overview|synopsis|gist|recap)(?: (?:of|on|for) {_MATTER})?{_TAIL}",
    rf"{_OPENING}(?:{_MATTER} )(?:summary|overview|synopsis|gist|recap){_TAIL}",
    rf"{_OPENING}tl;?dr\W*(?:(?:of |for )?{_MATTER})?{_TAIL}",
    rf"(?:so,? )?what happened(?: here| in {TEXT}| (?:to|with) (?!the (?:baby|infant|child)\b){_PATIENT})?",
    rf"what(?:['’]s| is| was) (?:{TEXT}|(?:{_PATIENT}(?:['’]s)?|the|his) story)(?: all)? about",
    rf"what(?:['’]s| is| was) (?:{_PATIENT}(?:['’]s)?|the|his) story",
    rf"(?:tell|walk) (?:me|us) (?:(?:about|through) {TEXT}|about {_PATIENT}|{_PATIENT}(?:['’]s)? story)",
)
"""Questions for a summary of a whole report."""

_NOT_TELL = (
    r"(?:say|tell|mention|report|state|cover|include|contain|give|answer|address|discuss|describe)(?: (?:us|me|you))?"
)
MISSING = (
    rf"what (?:does|did|do|can) {TEXT} (?:not|fail to|omit to) {_NOT_TELL}",
    rf"what (?:does|did|do|ca)n['’]t {TEXT} {_NOT_TELL}",
    rf"what does {TEXT} (?:leave out|omit|lack)",
    r"what(?:['’]s| is| was| has been) (?:missing|left out|omitted|lacking|not (?:said|mentioned|told|covered|stated|"
    rf"included|reported|there))(?: (?:in|from|by|of) {TEXT})?",
    rf"(?:which|what) (?:questions|things) (?:does|did|can) {TEXT} (?:not|fail to) {_NOT_TELL}",
)
"""Questions for what a report does not say."""

SECTION = (
    rf"what (?:does|do|did) (?:{TEXT}|it) (?:say|tell(?: us| me)?|state|report|have to say) "
    r"(?:about|on|under|regarding|concerning) (?P<name>.+)",
    r"what(?:['’]s| is| was| stands?)(?: written| said)? (?:in|under|below) (?:the )?(?P<part>.+?) "
    r"(?:section|heading|part)",
    r"what does (?:the )?(?P<part>.+?) (?:section|part) (?:say|contain|tell(?: us| me)?)",
    rf"{_OPENING}(?:show|read|give|quote|display|let)(?: (?:me|us))?(?: (?:see|read|have))? (?:out )?"
    rf"(?:the |its |their )?(?:(?:whole|entire|full|complete) )?(?P<part>.+?)(?: (?:section|part))?"
    rf"(?: (?:of|in|from) {TEXT})?{_TAIL}",
    rf"{_OPENING}summari[sz]e (?:the )?(?P<part>.+?)(?: (?:section|part))?(?: (?:of|in|from) {TEXT})?{_TAIL}",
    r"(?:the )?(?P<part>(?!.*\b(?:a|after|at|before|c|did|during|for|how|of|on|the|to|was|what|why)\b)[\w -]+) section"
    r"(?: please)?",
)
"""Questions for a section: `name` is its heading's whole name, `part` may be some words of it."""

_LINK = r"(?:is|are|was|were|has|have|had|do|does|did|can|could|should|must|will|would|may|might)"
LIST = (
    rf"{_OPENING}(?:list|name|enumerate|(?:give|show)(?: me| us)? (?:a|the) (?:(?:full|complete) )?list of)"
    r"(?: me)? (?:all |every |each )?(?:of )?(?:the |his |her |their |its )?(?P<name>.+)",
    r"what (?:are|were) (?:all )?(?:of )?(?:the |his |her |their |its )?(?P<name>[\w -]+)",
    rf"(?:what|which) (?P<name>(?:[\w-]+ ){{0,2}}?[\w-]+s {_LINK}\b.*)",
)
"""Questions for all items of a list, with what they ask for."""

_VERBAL = rf"(?:{ENGLISH.verb_or_question_word}|{_LINK}|no|not|or|and|vs|versus|compared)\b"
_WARD_WHOSE = r"(?:(?:the|his|her|their|pt(?:['’]s)?|(?:the )?patient(?:['’]s)?) )?"
NAME = (
    rf"(?:(?:all|any|full|his|her|their|the|pt(?:['’]s)?) )*"
    rf"(?P<name>(?!{_VERBAL})[\w/&-]+(?: (?!{_VERBAL})[\w/&-]+){{0,3}})",
    rf"what(?:['’]s| is| was| are| were) {_WARD_WHOSE}(?P<name>(?:(?:management|discharge|follow-up) )?plan|allergies|"
    r"(?:(?:past|drug|family|social|medical|past medical) )history|impression|obs(?:ervations)?|vital signs|"
    r"(?:(?:current|discharge|regular|home) )?(?:meds|medications|medicines|drugs))",
)
"""The bare name of a list or a section, as on a ward: "discharge meds?"."""

WITHOUT_MATTER = frozenset(
    """all been different each every following get given got had having known list listed many mentioned named number
    possible received recorded several single taken there tried used various were whole""".split()
)
"""Words of a question for a list that say nothing of which."""

SUMMARISED = (
    "How old was the patient, and what did the patient present with?",
    "What did examination, laboratory tests and imaging show?",
    "What was the diagnosis?",
    "How was the patient treated?",
    "Which operation did the patient have?",
    "How did the patient do in the end?",
)
"""What a summary tells: each is asked of the report."""

AGED = r"\b(?:year|month|week|day)s?[- ]old\b|\baged? (?:of )?\w+|\b\d+ ?(?:y/?o|yrs?)\b|\b(?:newborn|neonate)\b"
"""What tells a patient’s age."""

_WHOSE = rf"(?:(?:his|her|the|their|{_PATIENT}(?:['’]s)?|patient(?:['’]s)?|pts?(?:['’]s)?) )?"
_AT = (
    r"(?: (?:at (?:presentation|admission|the time|diagnosis)|on (?:admission|arrival|presentation)|"
    r"when (?:s?he|they) (?:was |were )?(?:seen|admitted|presented|came in)))?"
)
OF_PATIENT = (
    rf"(?:and |so )?(?:how old (?:is|was) (?:s?he|{_PATIENT})|who (?:is|was) the (?:patient|pt)|"
    rf"(?:what(?:['’]s| is| was) )?{_WHOSE}"
    rf"(?:age(?:(?: ?and ?|/| ?& ?)(?:sex|gender))?|(?:sex|gender)(?: ?and ?|/| ?& ?)age)){_AT}"
)
"""Questions for a patient's age, or age and sex."""

PRESENTS = (
    r"(?:(?:[A-Z][\w.'’-]*+ ?){1,4}, )?(?:(?:He|She|The patient) (?:is|was) )?"
    r"(?:(?:[Tt]his|[Tt]hat|[Aa]n?|[Oo]ur|[Tt]he) )?\d{1,3}[- ]?(?:year|yr)s?[- ]?old\b"
)
"""How a sentence begins whose subject is of an age, in this case of letters only."""

NAMED_AGE = (
    r"\b(?:Mr|Mrs|Ms|Miss|Master|Mx)\.? (?:[\w.'’-]+ ){0,3}[\w.'’-]+, (?:an? )?\d{1,3}(?: ?(?:years?|yrs?|y))?"
    r"(?= ?(?:[,.;)]|$| and\b))|"
    r"(?:^|[|,;(] ?)(?:age|DOB|date of birth|born)\b[ :]*(?:on )?\d"
)
"""What tells an age in a letter, behind a name or in a field."""

CURRENT = r"\b(?:current|present)\b"
"""What asks for a list as it is today."""

ENTRY = (
    r"(?:PC|HPC|PMHx?|PSH|DHx?|SHx?|FHx?|O/?E|Ix|Imp|Impression|Plan|Rx|Allerg(?:y|ies)|Med(?:ication)?s|"
    r"(?:(?:Drug|Family|Past|Past [Mm]edical|Social) )[Hh]istory)"
)
"""A label of a note that stands below no other, in this case of letters only."""
