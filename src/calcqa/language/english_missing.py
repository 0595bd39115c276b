"""What a refusal names, and what it does not, in English, as data. Patterns ignore case."""

KINDS = {
    "size": (
        r"\bhow (?:big|large|wide|thick|deep)\b|\b(?:size|diameter|dimensions?)\b",
        r"\d[\d.,]*\s?(?:[x×*]|[mcµ]?m\b|g\b|kg|ml|l\b)|(?:milli|centi)met|inch|\bfingers?\b|finger.?breadth|"
        r"\b(?:size|large|small|big|giant|huge|tiny|diameter|massive|wide)",
    ),
    "reason": (
        r"\bwhy\b|\breasons? (?:for|why)\b",
        r"\b(?:because|due to|owing|since|so that|in order|caus\w+|reasons?|therefore|thus|hence|as|given|led|leads?|"
        r"results?|resulting|attribut\w+|secondary|explain\w*|explanation|thanks|for|to|when|after|following|"
        r"so|until|once|in view|on account)\b",
    ),
    "share": (
        r"\b(?:what|which) (?:percentage|proportion|share|fraction)\b|\bhow (?:common|rare|likely)\b|"
        r"\b(?:success|failure|mortality|death|survival|recurrence|complication|cure|response) rates?\b|"
        r"\b(?:chances?|odds|incidence|prevalence|likelihood) of\b|\b(?:incidence|prevalence)\b",
        r"%|\bper ?cent|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b.{0,30}\b(?:in|of)\b|"
        r"\b(?:en|epi|pan)demic|\d (?:of|in|out of) (?:the )?\d|\d/\d|"
        r"\b(?:incidence|prevalence|half|thirds?|quarters?|majority|most|minority|rar(?:e|ely|ity)|common\w*|(?:in|un)?(?:frequent|usual|common)\w*|often|seldom|always|never|ratio|"
        r"rates?|risk|likely|chance|mortality|\w*fold|all|none|few|many|several)\b",
    ),
}
"""Kinds of thing beside the expected answer types: how a question asks for one, and what a text with one holds."""

ORDINARY = frozenset(
    """
    abandon abrupt accept accompany account accuracy achieve act actual add address adequate admire advance
    adverse afford agree allow already alter alternative answer apart appoint appropriate arrange assess assume
    attach attempt attend attribute author avail await aware awkward bare base batch bear beat become begun belief
    believe belong blocked borrow bother bottle boy brief bright broad broaden broke brokn build built busy buy
    calm camera careful carried carry catch certain chance chiefly choice choose chosen circumstance claim class
    classic climb code colleague comfort comment commit company compel complete comply concern conclude confirm
    confuse connect consequence content continue convince cool cope correct corrected correctly cost couple cover
    crawl crawling create credit crowd crucial curious current custom damp dare debate decision default degree
    delay demand deny depend deserve design desire despite destroy determine develop dim disagree disappear
    discover discuss dismiss disturb divide double doubt drag drawback drawn drift drive driven dull earn edge
    effort elder eldest elsewhere embark employ empty enable encourage endure enjoy enormous ensure entire equal escape
    essential establish eventual everyday exceed except exclude excuse exist expand experience expert explanation
    exploit extend extent extra extreme familiar fasten fate faulty favourite fear feature fetch fight filled fine
    firm flag float focus fold foolish forbid force foremost foretell forget formal former forth fortnight
    fortunate forward frame free freely french fresh fuss gain gap gather gentle genuine girl glance glimpse
    govern gradual greet grip guard guide habit handle handy harsh haste hide hint hire history honest hook hope
    horrible huge humble hurry idea identify ignore imagine immediate imply impress include inform initiate inner
    inquire insist inspect instance instead intend interpret invent invite involve issue item job join joke journey jump
    kick kindly knock lack land large largely lasting latter launch lean leap learn legal lend lesson liable lift
    likelier likeliest link list literature loan locate lookout loss luck lucky main maintain manner mass maximum
    maybe mention merely mess mild minor mishap misread mistake mistaken mix mode modern moment monitor mostly
    motion mount mystery narrow neat noise nonetheless notion novel obey object observe obtain obvious occasion
    odd older omit opt ordinary organise originate ought outer outline outright overall overlook owe own pace pack
    paper partial particular partly pattern pause pay peculiar perceive perfect perform perhaps permit persist
    persuade phrase pitfall play pleasant plenty plug point pool poorly popular portion possess postpone practical
    practice praise precede precise predict prefer prepare pretend prevail previous primary prior prize probable
    proceed promise prompt proof proportion propose prospect protect proud provide pull purpose pursue puzzle
    qualify query quit quote rapid rather real realise rear reassure recall receive recent recently reckon
    recognise record reduce refer refuse regard regret reject relevance relevant reliable relief relieve reluctant
    rely remark remedy remember remind remote replace reply request rescue resemble reserve reside residual resign
    resist resolve respect respond responsible retain retire reverse revise reward rid ride rise rival roughly
    ruin rush sacrifice sad safe satisfy scale scarce scheme scope scrap secret secure seek seem select sense
    separate settle sharp shift shorter shout shove silent simple simply site situation skill slight slip smooth
    sole solely solid solution solve somewhat soon sooner spare spark spot spread squeeze squeezed stable stare
    steady steep stop stray strict string strip struck structure struggle stuck stuff style succeed success such
    sudden suffice suggest suit suitable sum summon supply suppose surplus surprise surprising surrender surround
    suspend sustain swap sweep swift swing tackle tail technique tempt tend terminal thorough thought threaten
    throw thrown tie tight tiny tool toward trace track trail trap trick trigger troublesome true trust truth
    twist typical unable unavoidable unclear undergo understand undertake uneasy unexpected unlikely unusual
    unveil upper useful useless usual utter vague valid vanish vast venture victim volunteer vote wander warn
    warning wash waste weaken weigh welcome whereabout whichever widen wise withdraw withdrawn withheld withhold
    withstand witness wonder worth wrap writer yell yet yield younger youngest
    """.split()
)
"""Ordinary words, of which nothing is learnt where a report lacks them; others are in `english_general.py`."""

LIGHT = frozenset(
    """
    able according actual actually affect affected already also another anyone anything anyway around article
    author authors away back became become behind believe believed best better boy boys carried case cases cause
    caused change changes chosen claim claims come comes coming cope could days doctor doctors does doing done
    else end ended ever every everything fell figure first found from full gave general generally gets getting
    girl girls give given gives giving goes going gone good hadnt happen happened have having help here idea into
    elder eldest involve involved involves involving older oldest type types younger youngest
    just keep keeps kept kind know known last later lead left level levels like long look looked losing made main
    make makes making many matter mean means meant more most much need needed needs never next nobody normal often
    once only operating ordered other others over paper part pass passing patient patients people place point post
    products quite range rate rates rather really receive received record recorded report right room said same second
    seem seen sees show shown sides since some something soon sort start started stay stays still stop such switch take
    taken takes taking talk team tell text than that their them then there these they thing things think this
    those through time told took turn under until upon used uses using usual usually very want wanted wasnt went
    were what whats when where whether which while whom whose will with within without work works would write
    writers wrote years
    """.split()
)
"""Words that say nothing of what a passage lacks."""

WHETHER = (
    r"^\W*(?:(?:and|but|so)\s+)?(?:any\b|(?:do|does|did)\b.*\b(?:have|get|develop|suffer(?: from)?)\b|"
    r"ha[sd]\s+\w+\s+(?:an?|any|had)\b|(?:is|are|was|were)\s+there\b|"
    r"(?:was|were|ha[sd]|did)\s+(?:his|her|their|the)\s+\w+\s+(?:been\s+)?(?P<done>amputated|removed|taken out)\W*$)"
)
"""The beginning of a question whether somebody has or had a thing."""

BY_NAME = (
    r"\W*(?:(?:what|who)(?:['’]?s| is| are) )?(?:(?:the|his|her|their|pt['’]?s?) )?(?:allerg(?:y|ies)|next of kin|nok|"
    r"power of attorney|lpa|resus(?:citation)?(?: status)?|code status|mri|ct|eeg|ecg|echo|cxr|chest x-?ray)\W*"
)
"""A whole question for what a text can only tell by its name."""
