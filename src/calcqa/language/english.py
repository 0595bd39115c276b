"""English, as data: no logic. `language/base.py` says what each field is for."""

from importlib import resources

from calcqa.language.base import Language
from calcqa.language.english_follow_ups import COURTESY, OTHER, PRONOUN
from calcqa.language.english_sections import SECTION_KINDS, UNTITLED

_NT = "(?:n['’]t)?"
_DO = rf"(?:do|does|did){_NT}"
_BE = rf"(?:is|are|was|were|can|could|will|would|should|may|might|must){_NT}"
_HAVE = rf"(?:has|have|had){_NT}"
_PRONOUN = "(?:i|you|he|she|it|we|they|there|this|that|these|those|one)"
_DETERMINER = "(?:the|a|an|any|his|her|its|their|my|our|your)"
_TITLE = "(?:mrs?|ms|miss|dr)"
_WORD = "(?:who|whom|whose|what|which|when|where|why|how)"
_BEFORE_WORD = r"(?:(?:in|on|at|by|for|to|with|from|of|since|until)\s+)?"

_WHOM = "patient|man|woman|boy|girl|child|infant|baby|person|lady|gentleman"

_UNITS = r"(?:mg|g|kg|mcg|µg|ml|l|IU|units?|mmol|mol|mm|cm|%|percent|tablets?|drops?)"
_NUMBERS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|dozens?|once|twice|half|third|quarter"
)
_PERIODS = (
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|daily|weekly|monthly|yearly|annually|childhood|"
    r"infancy|birth|adolescence|january|february|march|april|june|july|august|september|october|november|december"
)

# A question begins with what it wants, after a preposition or "and" at most: "what happened when" wants no time.
_FIRST = r"^\W*(?:(?:and|but|so|since|until|for|from|at|in|on|by|to|with|of|about)\s+)*"

ENGLISH = Language(
    stemmer="english",
    possessive="'s",
    # Negations are no stopwords: "without osteomyelitis" is matter.
    stopwords=frozenset(
        """a about above after again all also am an and any are aren't as at be because been before being below between
        both but by can can't could couldn't did didn't do does doesn't doing don't down during each few for from
        further had has have having he her here hers herself him himself his how i i'd i'll i'm i've if in into is
        isn't it it's its itself just let's me more most my myself of off on once only or other our ours out over
        own please same she she's should so some such tell than that that's the their theirs them themselves then
        there there's these they they're this those through to too under until up us very was wasn't we we're were
        what what's when when's where where's which while who who's whom whose why will with would you your yours
        yourself according report say says said mention mentioned describe described give given show explain know
        known anything something""".split()
    ),
    never_last=frozenset(
        """adj app art assoc c.f ca cap cf ch col cp dr drs e.g ed eds eg eq eqs esp et ex fig figs i.e ie inf inj mr
        mrs mx nr opp para pl pp prof ref refs resp rev s/p sect sgt sr ss ssp st subsp subspp suppl syr tab tabl tbl
        v.s vars ver viz vol vols vs xvs""".split()
    ),
    seldom_last=frozenset(
        """abdo al ant appr approx aug avg bact bilat biol br bros chem clin co coll conc cons cont corp corr corresp
        dec dept dermatol diff dist div encl engl epid equiv est etiol exc excl exp ext feb ff freq gen gest hep
        hist hosp i.a i.c i.d illus imm inc incl indiv inst int intern jan jr jul jun lat lt ltd mar max med min mod
        ms neb neur nov obs occ oct orig orth path ped ph.d phys post pref prelim prep pres prev prob prox psych
        publ q.v quad rad rec rel rep rt sched sci sep sept ser sev sig spec std sup surg sym trans transl univ vel
        w.r.t""".split()
    ),
    often_last=frozenset(
        """a.c a.d a.m am appt b.d b.d.s b.i.d b.p.m bid bpm bx cath d.s d/c dx etc fr fri h.s hr hrs ht hx i.u lab lb
        lbs m.c.s mins mo mon mos mth mths n.a n.b n.d n.p.o neg nocte o.d o.m o.n o.s oz p.c p.m p.r.n pm pos prn pt
        pts q.d q.d.s q.h.s q.i.d qid rx s.o.s sat sats sec secs sp spp sun sx t.d.s t.i.d temp thu thur thurs tid tue
        tues tx u vent wed wk wks wt y.o yo yr yrs""".split()
    ),
    routes=frozenset("i.m i.n i.p i.t i.v p.o p.r p.v s.c s.l".split()),
    before_routes=frozenset(
        """and by either gave give given on or received receives receiving start started switched through to
        via with""".split()
    ),
    numbering=frozenset({"no", "nos"}),
    openers=frozenset(
        """a about according accordingly additional additionally after afterwards again all also although altogether
        among an and another any apart approximately are as at based because before besides between both but by can case
        cases clinical clinically consequently conversely current currently despite did do does due during each early
        eight either eventually every few finally first firstly five following for four from further furthermore given
        had has have he hence her here herein hers him his how however i if immediately in indeed initially instead
        interestingly is it its last lastly later less like likewise many may meanwhile more moreover most much my
        nevertheless next nine no nobody none nonetheless not notably nothing now of on once one only other others
        otherwise our out over overall patient patients perhaps physical possible presently previous previously prior
        rarely recent recently regarding repeat results secondly seven several she should similar similarly since six so
        some subsequent subsequently such ten that the their then there thereafter therefore these they third thirdly
        this those though three through throughout thus to today together two typically ultimately under unfortunately
        unless unlike until upon urine usually very was we well were what when where whereas whether which while who
        whose why will with within without would yes yet you your""".split()
    ),
    lettered=frozenset(
        """arm case chain class cohort drug each every factor figure grade group hep hepatitis immunoglobulin influenza
        last lead level model next panel part past patient per phase plan protein section series stage subgroup subtype
        table team toxin type vit vitamin ward""".split()
    ),
    carries_on=frozenset(
        """a after an and as at b.d b.i.d bd before bid but by daily during each every for from i.m i.v if
        im in into iv nocte o.d od of on once or over p.o p.r.n per po prn q.d q.i.d qid s.c sc so t.d.s
        t.i.d tds than the then this three tid to today tomorrow tonight twice until via was were when which
        while with without yesterday""".split()
    ),
    labels=r"(?:box|case|chart|figure|fig|image|supplementary|table|video)s?\.?",
    pointers=r"(?:see (?:also )?)?(?:appendix|figure|fig|image|panel|supplement|table|video)",
    numbered=frozenset(
        """appendix arm beta box case caspase centre chapter chromosome class claudin cluster cohort covid cytokeratin
        day dose episode exon factor figure fraction gene grade group hour interferon interleukin intron item keratin
        layer lead level line month pain panel part patient phase plan point position protein region sample score
        section serotype serovar sheet site stage step strain subject subtype table team test time trial type unit
        version view visit volume ward wave week year zone""".split()
    ),
    # Short forms for questions, as clinicians type them. Those that are also English words (IT, US, ALL) stay out.
    abbreviations={
        "abx": "antibiotics",
        "alp": "alkaline phosphatase",
        "bx": "biopsy",
        "ca": "calcium",
        "ckd": "chronic kidney disease",
        "co2": "carbon dioxide",
        "crf": "chronic renal failure",
        "crp": "C-reactive protein",
        "ct": "computed tomography",
        "cx": "culture",
        "cxs": "cultures",
        "dm": "dermatomyositis",
        "dx": "diagnosis",
        "esr": "erythrocyte sedimentation rate",
        "esrd": "end-stage renal disease",
        "fhx": "family history",
        "hx": "history",
        "iv": "intravenous",
        "ivig": "intravenous immunoglobulin",
        "jdm": "juvenile dermatomyositis",
        "mri": "magnetic resonance imaging",
        "mtx": "methotrexate",
        "phos": "phosphorus",
        "po4": "phosphorus",
        "pth": "parathyroid hormone",
        "pt": "patient",
        "rx": "treatment",
        "s/p": "after",
        "sle": "systemic lupus erythematosus",
        "ssc": "scleroderma",
        "sx": "symptoms",
        "tnf": "tumor necrosis factor",
        "tx": "treatment",
        "xr": "X-ray",
        "xray": "X-ray",
        "xrays": "X-rays",
        "yo": "year old",
    },
    counted=r"\b(?:class|factor|grade|nerve|phase|stage|type)(?:e?s)? (?:[ivxlc\d]+(?:, ?|,? (?:and|or|to) ))*\Z",
    everyday=frozenset(resources.files("calcqa.language").joinpath("everyday.txt").read_text(encoding="utf-8").split()),
    prefixes=tuple(
        """a ab ad af an anti ante bi de dis ef endo epi eso ex exo extra hyper hypo il im in infra inter intra ir
        macro micro mono non normo over para per peri poly post pre pro re sub super supra trans tri un
        under uni""".split()
    ),
    prefix_forms={"an": "a", "il": "in", "im": "in", "ir": "in", "per": "pre"},
    units=_UNITS,
    numbers=_NUMBERS,
    periods=_PERIODS,
    # "How many mg" wants a dose, "how many years" a time, "how many nodules" a number.
    asking={
        "dose": rf"{_FIRST}(?:(?:what|which)(?: \w+){{0,2}} (?:dos(?:e|es|age|ages)|strength)"
        r"|how many (?:mg|milligrams?|tablets?))\b",
        "time": rf"{_FIRST}(?:when|how many (?:{_PERIODS})|how (?:long|often|old|frequently)"
        r"|(?:what|which) (?:year|age|date|month|day))\b",
        "number": rf"{_FIRST}(?:how many|how much"
        r"|how (?:big|large|wide|high|tall|heavy|far|small|deep|common|rare|frequent)"
        r"|what (?:percentage|proportion|share|number|fraction|size|rate))\b",
        "person": rf"{_FIRST}(?:who|whom|whose|which (?:doctor|author|person|physician|surgeon)s?)\b",
        "reason": rf"{_FIRST}(?:why|what reason|what (?:is|was) the reason|how come)\b",
    },
    holding={
        "number": rf"\d|\b(?:{_NUMBERS}|many|most|mostly|all|none|few|several|single|both|rare|rarely|common|commonly"
        r"|small|large|majority|\w+fold)\b",
        "dose": rf"\d[.,–-]*+\s?{_UNITS}(?![a-z])",
        "time": rf"\d|\b(?:{_PERIODS}|{_NUMBERS}|before|after|during|ago|since|later|recent\w*|early|age|often"
        r"|always)\b",
        "reason": r"\b(?:because|due|since|as|so|to|caused?|causes|owing|thus|therefore|results?|leads?|reasons?|for|by"
        r"|from)\b",
    },
    # A name looks like one inside a sentence; people also go by what they are.
    person=r"(?<=\s)[A-Z][a-z]+|\b(?:[Pp]atients?|[Gg]irls?|[Bb]oys?|[Cc]hild(?:ren)?|[Ww]om[ae]n|[Mm][ae]n|[Aa]uthors?"
    r"|[Pp]eople|[Ss]he|[Hh]e|[Tt]hey|[Mm]others?|[Ff]athers?|[Aa]dults?|[Pp]hysicians?|[Ss]urgeons?|[Dd]octors?)\b",
    question_words=r"\b(?:who|whom|whose|what|which|when|where|why|how)\b",
    conjunctions=r"\b(?:and|or)\b",
    manners=r"^\W*(?:please\s+)?(?:(?:can|could|would|will) you (?:please )?(?:tell me|say|show me)|do you know)\b",
    closed=r"^\W*(?:(?:and|but|so|or)\s+)?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|"
    r"should|may|might|must)(?:n['’]t)?\b",
    negation=r"\b(?:no|not|never|none|neither|nor|without|\w+n['’]t|cannot|absent|lack\w*|except|excluding|unable|"
    r"den(?:y|ied|ies)|negative|unlike)\b",
    # A question stands its verb before its subject; "and were discharged" or "how it is treated" ask nothing.
    part=rf"(?<![\s,;])[\s,;]++(?:and|but|or)\s+(?=(?:also\s+|then\s+)?(?:{_BEFORE_WORD}{_WORD}"
    rf"(?:\s+(?!{_PRONOUN}\b|{_DETERMINER}\b)[\w-]+){{0,3}}?\s+(?:{_DO}|{_BE}|{_HAVE})\b"
    rf"|{_DO}\s+(?!not\b)\w+|{_BE}\s+(?:{_PRONOUN}|{_DETERMINER}|{_TITLE})\b|{_HAVE}\s+(?:{_PRONOUN}|{_TITLE})\b))",
    verb_or_question_word=rf"(?:{_WORD}|{_DO}|{_BE}|{_HAVE})\b",
    part_opening=r"(?:(?:and|but|also|then)\s+)*",
    courtesy=COURTESY,
    opening=r"^(?:and|but|so|now|then|also|or|plus)\b[\s,]*|^(?:what|how) about\b\s*",
    pronoun=PRONOUN,
    determiner=r"\b(any|how many|which|some|most|all)\b(?=\s+(?:in|on|for|at|is|are|was|were|has|have)\b|,|\W*$)",
    other=OTHER,
    clause=r"[,;]?\s+(?:and|or|but)\s+(?=(?:what|which|who|where|when|why|how|is|are|was|were|do|does|did|can|could|"
    r"should|has|have|will|would)\b)",
    predicate=r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|should|will|would)\b",
    leading=r"^(?:what|which|who|whose|where|when|why|how(?: many| much| old| long| often| common)?|is|are|was|were|do|"
    r"does|did|can|could|has|have|had|will|would|should|tell me about|define|describe|explain|name|list|give me|please)"
    r"\b\s*",
    not_nouns=frozenset("many much common often list name define summarise summarize compare".split()),
    patient=r"\b(she|her|hers|he|his|him|the patient|patient's)\b",
    more=r"\b(else|others?|another|besides|apart from (?:that|those|these))\b",
    its=frozenset({"its", "their"}),
    names_here=r"\b(?:this|these|such)\s+(?:an?\s+)?(?:(?:kind|form|sort|type)s?\s+of\s+)?",
    far=r"that one|the latter|(?:that|these|this|those)(?=\W*$|,)",
    clause_begins=rf"that\s+(?:{_DO}|{_BE}|{_HAVE}|{_DETERMINER}|at|he|in|it|of|on|she|they|we|these|this|\w+ed)\b",
    helped=r"(?:wh\w+|how)?\b.*?\b(do|does|did|can|could|may|will|would)\b",
    passive=r"\b(is|are|was|were|be|been|being)\b",
    before_subject=r"^(?:in|for|of|with|the|a|an|on|to|about)\s+",
    after_subject=r"\s+(?:one|type|kind|as well|too)$",
    leans=r"(?:And |But |However, |Then )?(?:[Ii]t(?! (?:is|was|has been) (?:\w+ ){1,2}(?:that|to)\b)|[Ii]ts|[Tt]hey|"
    r"[Tt]heir|[Tt]hese|[Tt]hose(?! (?:with|who|that))|[Bb]oth(?= (?:were|are|had|have|was|\w+ed)\b)|[Ss]uch|"
    rf"(?:He|She|They) then|[Tt]his(?! (?:[\w-]+ ){{0,2}}(?:{_WHOM}|case|report|study|article))|"
    r"[Tt]he (?:former|latter|same|others?))",
    whom=_WHOM,
    denied=r"no|not|never|none|nobody|nothing|neither|nor|without|\w+n['’]t|cannot|absen(?:t|ce)|lack(?:s|ed|ing)?|"
    r"except|excluding|excludes?|excluded|exclusion|unable|den(?:y|ies|ied|ying)|denials?|negatives?|negatively|unlike|"
    r"free of|rul(?:e|es|ed|ing)[ -]out|r/o|rather than|instead of|(?:all|nothing|anything|everything|none) but",
    doubted=r"possib(?:le|ly|ility)|probab(?:le|ly|ility)|presum\w+|suspect\w*|suspicio\w+|likely|unlikely|perhaps|maybe|might|"
    r"could|questionabl[ey]|uncertain(?:ty)?|unclear|unknown|equivocal|indeterminate|inconclusive|differential|"
    r"hypothe\w+|whether|suggest\w*|consistent with|compatible with|seem(?:s|ed|ingly)?|query",
    maybe=r"\bmay\b",
    contrast=r",\s+(?=(?:but|however|although|though|whereas|while|yet)\b)",
    compares=r"\w+ than|at (?:least|most)|up to|over|under|above|below|beyond|within|about|around|"
    r"approximately|approx\.?|nearly|almost|roughly|circa|ca\.|exceed\w*|(?:minimum|maximum)(?: of)?|between|"
    rf"(?:\d[\d.,]*|{_NUMBERS})\s*(?:to|or|and|[–-])",
    measures=rf"{_UNITS}|{_PERIODS}|fold|times|percent|per|mm|cm|km|m|nm|dl|mmol|mol|u|kd|kda|kb|hz|bpm|"
    r"mmhg|degrees?|cc|doses?|tablets?|capsules?|drops?|litres?|liters?|tonnes?|hundred|thousand|million|billion",
    powered=r"(?:(?:centi|milli|micro|nano|kilo|deci)?met(?:re|er)|inch|mile|yard)(?:e?s)?|foot|feet|chi|eta|sigma|omega|"
    r"sin|cos|tan|log",
    elements=r"(?:radio)?iodi(?:ne|de)|technetium|cobalt|ca?esium|strontium|yttrium|gallium|indium|thallium|xenon|"
    r"krypton|lutetium|radium|uranium|plutonium|radon|carbon|fluorine|chromium|phosphorus|rubidium|samarium|selenium|"
    r"ammonia|oxygen|nitrogen|iridium|palladium|polonium|actinium|bismuth|copper|zirconium|iron|calcium|potassium|sodium",
    joins_halves="and|or|to|nor|as|but|versus|vs",
    joins_numbers="to|or|and|x",
    rates=r"per \w+|(?:an?|each|every) (?:\w+ )?(?:day|week|month|hour)s?|daily|weekly|monthly|"
    r"(?:once|twice|thrice|\w+ times) (?:daily|weekly|an? \w+|per \w+)|[bt]\.?i\.?d\b\.?",
    well_formed=r"(?:(?:at|by|for|from|in|into|of|on|since|to|under|with) )?"
    r"(?:what|which|who|whom|whose|when|where|why|how) ",
    pointing=frozenset(
        """i i'd i'm i've me my mine we us our ours you your yours he him his she her hers it its they them their
        theirs one ones this that these those there such here else""".split()
    ),
    about_document=r"(?:acknowledge?ments?|appendix|bibliography|copyright|declarations?|disclosures?|figures?|funding|legends?|"
    r"literature cited|publication|references|works cited)\b.*",
    references=r"references|bibliography|literature( cited)?|works cited",
    section_kinds=SECTION_KINDS,
    acknowledgements=r"acknowledge?ments?( of funding)?|(source of )?funding( (source|sources|statement|information))?|"
    r"(sources? of |financial )(funding|support)( and sponsorship)?|funding support and author disclosures|"
    r"(statement of |declaration of )?((informed|patient|written) )*consents?( "
    r"(statement|for publication|to participate))?|institutional review board statement|"
    r"(statement of )?ethic(s|al)( (statements?|approval.*|considerations?))?|"
    r"(authors?[’']? |authorship )?contributions?( statement)?|credit (author|authorship contribution) statement|"
    r"contributors(hip)?|(lead )?author (biography|statement)|"
    r"((conflicts?|declarations?) of )?((competing|conflicting) )?interests?( (statement|disclosures?))?|"
    r"(conflicts?|declarations?)( of interests?)?( (statement|disclosures?))?|"
    r"(author )?(disclosures?|disclaimer)( statement)?|financial (support.*|disclosures?)|"
    r"data (availability|sharing)( statement)?|availability of data.*|declaration of figures[’'] authenticity|"
    r"(registration of research studies|research registration.*)|declarations",
    sections=r"(structured )?abstract|highlights|key ?points|(key )?learning points|introduction( and importance)?|"
    r"aims?|objectives?|purpose|(materials?|patients?)( and methods)?|methods?|results?|(clinical |autopsy )?findings|"
    r"(clinical )?cases?( ?\d+)?( ?(reports?|presentations?|descriptions?|history|histories|summary|study))?|"
    r"presentation( of (the )?case)?|report of (the |a )?case|patient (information|presentation|details)|"
    r"(clinical |medical )?(history|presentation)|history of (presentation|(the )?(present|past) illness)|"
    r"(past )?(medical|surgical|family|social|personal)( and (medical|family|social))? history|"
    r"(chief|presenting) complaints?|(physical |clinical )?examination( on admission)?|"
    r"(laboratory|imaging|physical) (examinations?|findings|tests?|studies|diagnosis)|(further )?(diagnostic work-?up)|"
    r"investigations?|(differential |final |clinical )?diagnosis|diagnostic (assessment|evaluation)|"
    r"(therapeutic )?interventions?|treatments?|management|(clinical |hospital )?course|"
    r"(outcomes?|follow-?up)( and (outcomes?|follow-?up))?|timeline|discussions?( and conclusions?)?|comments?|"
    r"conclusions?|summary|limitations?|(literature review|review of (the )?literature)|"
    r"(the )?patient(['’]s)? perspective|"
    r"assessment|plan|impression|recommendations?|allergies|abbreviations?|appendix|"
    r"((current|home|discharge|regular) )?(medications?|medicines|meds|drugs)( (on|at) (admission|arrival|discharge))?|"
    r"(drug|smoking) history|(pm|d|s|f)hx?|o/e|on examination|obs|observations|bloods|ix|imp|hpc|pc|"
    r"(physical )?exam|vitals?( signs)?|labs?|laboratory|imaging|procedures?|"
    r"review of systems|problems?( list)?|(admission|discharge) (diagnosis|summary|instructions)|disposition|progress|"
    r"reason for (admission|referral)|backgrounds?|"
    r"supplementary (data|materials?|information)|guarantor|provenance and peer review|discussion/conclusion",
    run_in=r"introduction|background|case (?:report|presentation|description)|discussion|conclusions?|abstract|"
    r"(?:materials and )?methods|results|objectives?|summary",
    captions=r"(?:supplement(?:ary|al) )?"
    r"(?:figures?|figs?\.?|tables?|flowchart|scheme|box|video|image|chart|algorithm|plate)",
    finite=r"\b(?:is|are|was|were|has|have|had|been|do|does|did|will|would|can|could|should|may|might)\b",
    predicates=r"(?:allergic|intolerant|sensitive|resistant) to|denies|denied|denying|reports|complain(?:s|ing)|known|"
    r"(?:a?febrile|alert|awake|unwell|stable|unstable|intubated|sedated|pregnant|smokes|drinks|takes|taking|admitted|"
    r"discharged|started|stopped|given|seen)",
    named_by_number=r"case|chapter|class|cycle|day|grade|level|month|note|page|part|phase|report|section|stage|step|"
    r"type|version|visit|week|year",
    untitled_sections=UNTITLED,
)
