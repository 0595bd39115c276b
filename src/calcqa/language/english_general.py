"""English words that name nothing by themselves: that a report lacks them says nothing of what it leaves out.

They are those that people use in questions about any report, for what each report says in its own words ("surgery" for
one operation or another). Not among them: parts of the body, symptoms, tests and drugs, whose absence does tell.
"""

OF_VALUES = "highest lowest peak maximum maximal minimum minimal nadir trough worst latest recent trend"
"""Words that say which of several values is asked for: a row of values answers, and need not name them."""
GENERAL = frozenset(
    """
    abnormal active actually acute adm admission admit admitted adult advice advise affect aim air alive alone
    amount animal appear area arrival arrive authors average babies back bad bedside begin best better beyond big
    birth bit blame body boy break bring broken carrier carry case cause cell centre change check chief children
    chronic clean clear clinic clinician close cold collect combine come common commonest compare complain complaint
    complication condition consider contact control count country course crash criteria culprit cut dad daily danger
    day dead deadly deal death decide deep defect deliver detail device diagnose diagnosis die died differ direct
    disease disorder doctor done door dr draw drop drug duration dying early ease eat effect emergency end enter
    episode event evidence exact examine exchange expect explain fact factor fail fall fare fast fatal favour feed
    feel fell felt figure final find finding first fit fix flow follow found free frequent front full function
    further gave general germ give grade great ground group grow growth guess half happen hard harm heal health
    healthy heavy held help high higher hit hold hole home hosp hospital hot hour house hurt idea ill illness
    important improve indication inside interval isolate joined judge keep kid kill kind knife know lab lady late
    later lay lead least left length let level lie life light likely limit line list little live load local long
    look loose lose lost lot low lower lowest machine main make man manage mark match matter mean measure mechanism
    med medic medication medicine meet men method mild mind minute miss mode month mortality move mr mrs ms much mum
    mx name nature near need night normal note notice number nurse occur odd offer old onset open operate operation
    opinion option order organism origin other outcome outlook outside own pair parent part pass past patient
    pattern peak people person phase pick picture piece place plan point poor pos position positive possible post
    power prefer present presentation press prevent problem procedure process produce prof prone prove provoke pt
    pts pull push put quick raise range rare rate ratio reach react reaction read reading reason recognise recommend
    recover recovery regimen region regular relate relation relative release remain remove repair repeat report
    require resp response rest restart result return reveal review right rise risk role room round route routine
    rule run rx safe same sample save say scan scenario score search season second section see seldom select send
    sensitive sent serious serve session set setting settle severe sex shape share short shot show shut side sign
    signs similar single sit site size slow small sort sound source spare speak special spell spend spoke spot
    spread stable staff stage stand start state status stay step stick still stop story straight strange stray
    strength stress strike strong study subject suffer suggest sum support suppose sure surgeon surgery survival
    survive suspect swap switch symptom system take talk target task team tell term test theatre therapy thick thin
    thing think threat time tip today told top total touch trace transfer treat treatment trial tried trigger
    trouble try turn twice type unit unwell upset urgent use usual value vary version view visible visit wait wake
    walk want ward watch way weak wear week whole wide wish woman women word work worry worse worst wrong year yield
    young
    """.split()
) | frozenset(OF_VALUES.split())
