"""Words that exclude one another, and how questions ask for them, in English, as data. Patterns ignore case."""

CHANGED_TO = r"(?:changed|switched|swapped) (?:to|for)"
"""Says that what stands before it is stopped, and what stands behind it begun."""

ALTERNATIVES = {
    "side": {
        "left": r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bhe )(?<!\bno )(?<!\bis )left(?:-sided)?"
        r"(?! (?:the|in (?:place|situ)|open|behind|untreated|us|with|for|to|hospital|home|alone)\b)",
        "right": r"right(?:-sided)?(?!-handed| handed| away| atri| ventric)",
        "both": r"bilateral(?:ly)?|both (?:sides|eyes|ears|lungs|kidneys|legs|arms|hands|feet|knees|hips|breasts)",
    },
    "result": {
        "positive": r"(?:sero)?positive|detected|reactive|isolated|grew|yielded",
        "negative": r"(?:sero)?negative|undetect(?:ed|able)|non-?reactive|sterile|no growth|grew nothing|nothing grew",
    },
    "survival": {
        "died": r"died?|dies|death|dead|deceased|fatal(?:ly)?|succumbed|passed away|expired|perished|demise|burial|"
        r"autopsy|(?:did|could|does) not survive|lost (?:his|her) life",
        "lived": r"(?<!not )surviv(?:ed|es?|al)|alive|recover(?:ed|s|y)|living|well (?:at|on|when|after|a year)|"
        r"discharged|(?:went|sent|returned|allowed) home|back (?:at|to) (?:work|school)",
    },
    "continuing": {
        "stopped": r"stopped|discontinued|ceased|withheld|withdrawn|suspended|given up|taken off|abandoned|halted|"
        r"came off|quit|no longer|" + CHANGED_TO,
        "continued": r"continu\w+|takes|carried on|maintained|kept (?:on|up|going|taking)|"
        r"(?:remain|stay)(?:s|ed)? on|goes on|ongoing|"
        r"still (?:tak\w+|on|us\w+|smok\w+|drink\w+|breast\w*)",
    },
    "place": {
        "removed": r"removed|taken out|came out|extracted|excised|pulled|explanted|lifted out",
        "kept": r"left (?:in (?:place|situ)|behind)|(?:remains?|kept|stays?) in|retained|still in place|in situ|"
        r"remains(?=[.,;]|$)|"
        r"(?:should|to|may|will) stay|(?:was|were) left(?! (?:with|to|on|side|in|behind))",
    },
    "nature": {"benign": r"benign|non-?malignant|harmless", "malignant": r"malignan\w+|cancer\w*|carcinoma"},
    "change": {
        "up": r"rose|risen|increas\w+|grew|grown|enlarg\w+|climbed|went up|gain(?:ed|s)?|larger|higher|bigger",
        "down": r"fell|fallen|decreas\w+|shr[aiu]nk\w*|dropped|went down|los(?:t|e|es|ing)|declin\w+|smaller|"
        r"lower|halved",
        "same": r"unchanged|stable|the same|steady|constant",
    },
    "course": {
        "better": r"improv\w+|better|resolv\w+|settled|subsid\w+|cleared|relie\w+|helped|respond\w+|healed|gone",
        "worse": r"wors\w+|deteriorat\w+|progress\w+|relaps\w+|recur\w+|persist\w+|failed to|"
        r"no (?:better|relief|improvement)|did not (?:help|improve|respond)",
    },
    "level": {
        "high": r"high|raised|elevated|increased|hyper\w+",
        "low": r"low|reduced|decreased|hypo\w+|subnormal|deficient",
        "normal": r"normal|unremarkable|not (?:raised|elevated)",
    },
    "success": {
        "succeeded": r"succe(?:ss|ed)\w*|work(?:ed|s|ing)(?: well)?|straightforward|uneventful|achieved",
        "failed": r"fail\w+|unsuccessful\w*|could not|impossible|abandoned",
    },
    "consciousness": {
        "lost": r"unconscious|(?:los(?:t|e|ing)|loss of) consciousness|(?:blacked|knocked|passed) out|"
        r"syncop\w+|faint(?:ed|ing)?|collapsed",
        "kept": r"(?:remained|stayed|fully|still) conscious|conscious throughout|alert|awake|talking",
    },
    "closing": {
        "closed": r"closed|healed|shut|united|sealed|thrombosed|occluded|blocked",
        "open": r"(?:remain\w*|still|stays?|stayed|is|was) open|patent|gap(?:es|ing)|non-?union|persist\w+|leak\w*",
    },
    "approach": {
        "open": r"open(?:ly)?|laparotomy|thoracotomy|sternotomy",
        "keyhole": r"(?:lapar|thorac)oscop\w+|keyhole|endoscop\w+|percutaneous\w*|robot\w*",
    },
    "way": {
        "surgery": r"surg\w+|operat(?:ed|ion|ively)",
        "without": r"conservativ\w+|without (?:surgery|operation)|non-?operativ\w+|non-?surgical\w*|medically",
    },
    "route": {
        "mouth": r"oral(?:ly)?|by mouth|tablets?|capsules?",
        "vein": r"intravenous(?:ly)?|i\.?v\b\.?|into a vein|infus\w+",
        "muscle": r"intramuscular(?:ly)?|i\.?m\b\.?|into (?:the|a) muscle",
        "skin": r"subcutaneous(?:ly)?|under the skin",
        "tube": r"(?:(?!no |without )\w+ )?tube",
        "local": r"topical(?:ly)?|cream|ointment|drops",
    },
    "anaesthesia": {
        "general": r"general ana?esth\w+|asleep",
        "local": r"local ana?esth\w+",
        "spinal": r"spinal",
        "epidural": r"epidural",
    },
    "birth": {
        "vaginal": r"vaginal(?:ly)?|normal delivery|spontaneous delivery|forceps|ventouse|vacuum",
        "section": r"ca?esarean\w*|section",
    },
    "grade": {
        "well": r"well[- ]differentiated",
        "moderately": r"moderately[- ]differentiated",
        "poorly": r"poorly[- ]differentiated|un-?differentiated",
    },
    "expression": {"lost": r"lost|absent|deficient", "kept": r"retained|intact|preserved|proficient|present"},
    "severity": {
        "mild": r"mild(?:ly)?|slight(?:ly)?",
        "moderate": r"moderate(?:ly)?",
        "severe": r"severe(?:ly)?|marked",
    },
    "height": {"upper": r"upper|superior", "middle": r"middle", "lower": r"lower|inferior"},
    "front": {"front": r"anterior(?:ly)?|ventral|front", "back": r"posterior(?:ly)?|dorsal|back of"},
    "inner": {"inner": r"medial(?:ly)?|inner", "outer": r"lateral(?:ly)?|outer"},
    "near": {"near": r"proximal(?:ly)?", "far": r"distal(?:ly)?"},
    "spread": {
        "reached": r"involve[sd]|involvement|metasta\w+|infiltrat\w+|invaded|invasion|affected",
        "spared": r"(?:free|clear) of \w+|uninvolved|tumou?r-free|spared|were clear|are clear|is clear|was clear",
    },
    "smoking": {
        "smokes": r"smokes|(?:current|heavy|active) smoker|cigarettes (?:a|per) day|still smok\w+|a smoker",
        "smoked": r"(?:ex|former)[- ]smoker|(?:stopped|gave up|quit) smoking|used to smoke|smoked until",
        "never": r"never smoked|non-?smoker|lifelong non-?smoker|(?:does|did) not smoke",
    },
    "dwelling": {
        "home": r"(?<!nursing )(?<!care )(?<!residential )(?<!retirement )home(?! (?:help|visit|for))|"
        r"own (?:flat|house)",
        "care": r"(?:nursing|care|residential|retirement) home|hospice",
        "rehabilitation": r"rehabilitation|rehab|convalescent \w+",
        "hospital": r"(?:transferred|moved|sent) to (?:\w+ ){0,3}hospital",
    },
    "integrity": {"whole": r"intact|unruptured|unbroken", "torn": r"ruptured?|torn|tear|burst|perforat\w+|broken"},
    "urgency": {"urgent": r"emergency|urgent(?:ly)?", "planned": r"elective(?:ly)?|planned|scheduled"},
    "resuscitation": {
        "full": r"(?:for|full) (?:full )?(?:resuscitation|escalation|active treatment)|full code",
        "none": r"not for (?:\w+ ){0,2}(?:resuscitation|CPR|escalation)|DNA?R|DNA?CPR|"
        r"do[ -]not[ -](?:attempt )?resuscitat\w+",
    },
    "feeding": {
        "breast": r"breast[- ]?fe\w+|breast milk|at the breast",
        "bottle": r"bottle[- ]?fe\w+|formula|by bottle",
        "both": r"mixed feeding",
    },
    "pregnancy": {
        "ended": r"miscarr\w+|ectopic|terminat\w+|stillb\w+|aborted",
        "went on": r"live (?:fetus|foetus|birth|baby)|continu\w+|ongoing|gave birth|healthy|delivered|live-?born",
    },
    "consent": {"given": r"consent(?:ed|s)|agreed|accept(?:ed|s)", "refused": r"refus\w+|declin\w+"},
    "oxygen": {
        "given": r"on (?:(?!no )\w+ ){0,3}oxygen|l(?:it(?:re|er)s?)? of oxygen|nasal cannula",
        "air": r"room air|on air|(?:on )?no (?:\w+ )?oxygen|(?:off|without) (?:\w+ )?oxygen",
    },
    "walking": {
        "unable": r"(?:unable to|cannot|can['’]t|does not) walk|bed-?bound|chair-?bound|wheelchair",
        "able": r"walks|walking|walked|mobilis\w+ with",
    },
    "stroke": {"ischaemic": r"isch(?:a)?emic|infarct\w*|embolic", "bleed": r"ha?emorrhagic|ha?emorrhage|bleed"},
    "acquired": {"community": r"community[- ]acquired", "hospital": r"hospital[- ]acquired|nosocomial"},
    "contrast": {
        "with": r"(?:with|after|following) (?:(?!no )\w+ ){0,2}contrast|contrast[- ]enhanced|contrast was given",
        "without": r"without (?:\w+ )?contrast|unenhanced|non-?contrast|no contrast",
    },
    "look": {
        "clear": r"clear|colou?rless|straw-colou?red",
        "cloudy": r"turbid|cloudy|blood-?stained|bloody|purulent|dark",
    },
    "company": {"alone": r"alone|by (?:him|her)self", "with": r"(?:lives?|living|stays?) with|shares"},
    "drinking": {
        "drinks": r"(?:drinks?|pints?|alcohol intake|units a week)",
        "never": r"teetotal(?:ler)?|abstinent|abstains|no alcohol|non-?drinker",
    },
    "infection": {"infected": r"infected|purulent|pus|inflamed", "clean": r"clean|dry"},
    "pupils": {
        "fixed": r"fixed|unreactive|non-?reactive|unresponsive",
        "reactive": r"(?<!not )(?:reactive|reacts?|brisk)",
    },
    "rhythm": {
        "sinus": r"sinus (?:rhythm|tachycardia|bradycardia)",
        "fibrillation": r"(?:atrial )?fibrillation|AF",
        "flutter": r"flutter",
        "block": r"complete heart block|third[- ]degree (?:heart |AV )?block",
        "ventricular": r"ventricular tachycardia|VT",
    },
    "lie": {
        "head": r"cephalic|vertex|head first",
        "breech": r"breech",
        "across": r"transverse lie|shoulder presentation",
    },
    "sex": {"male": r"male|boy|man|son", "female": r"female|girl|woman|daughter"},
}
"""Words that exclude one another where they say the same of one thing: a group, its members, and how each is said."""

OF_PERSONS = frozenset(
    {"survival", "sex", "consciousness", "smoking", "dwelling", "resuscitation", "company", "drinking"}
)
"""Groups that say something of a patient, whom a sentence need not name."""
OF_PARTS = frozenset({"result", "level", "nature", "severity", "change", "course", "spread", "integrity"})
"""Groups that say something of a specimen or a part of the body, and something else of another."""

ASKING = {
    "side": r"sides?|where|left or right|right or left|on the (?:left|right)(?! \w)|which (?:eye|ear|lung|kidney|leg|"
    r"arm|hand|foot|knee|hip|breast|ovary|ureter|shoulder|elbow|wrist|ankle|testis|testicle|adrenal|half|limb|thumb|cheek|carotid|hemisphere)",
    "result": r"positive|negative|results?|test(?:ed)?|status|serology|detected|cultures?|gr[eo]w|antibod\w+|"
    r"carr(?:y|ier)|mutations?",
    "survival": r"surviv\w+|die[ds]?(?! (?:of|from))|(?<!cause of )death|dead|alive|outcome|end(?:ed)?|fate|"
    r"bec[ao]me of|happened to|make it|live[ds]?|recover\w*|turn(?:ed)? out|fare[ds]?",
    "continuing": r"stop\w*|continu\w+|still|discontinu\w+|kept|withdr\w+|withheld|carry on|done (?:about|with)|"
    r"(?<!\w )(?:is|are) (?:he|she|they) (?:on|taking)|happened (?:to|with)",
    "place": r"remov\w+|taken out|left (?:in|behind)|still in|in place|happened (?:to|with)|retained|kept",
    "nature": r"benign|malignant|cancer\w*|carcinoma|nature|biopsy|histology|pathology",
    "change": r"(?:los\w+|gain\w*) (?:any )?weight|weight (?:stable|steady)|change\w*|grow\w*|grew|shr[aiu]nk|"
    r"increase\w*|decrease\w*|rise|fall|develop",
    "course": r"improv\w+|better|worse|resolv\w+|settle\w*|respon\w+|help(?:ed)?|happened to|effect|recur\w*|relaps\w+|"
    r"heal\w*|outcome|go away|course",
    "level": r"high|low|raised|elevated|normal|levels?|reduced",
    "success": r"success\w*|fail\w*|work(?:ed|ing)?|succeed\w*|go well",
    "consciousness": r"conscious\w*|black(?:ed)? out|pass(?:ed)? out|faint\w*|knocked out|collapse\w*",
    "closing": r"clos\w+|open|heal\w*|unit(?:e|ed|ion)|patent",
    "approach": r"open|laparoscop\w+|keyhole|approach|how w(?:as|ere)|technique|kind of (?:surgery|operation)",
    "way": r"surg\w+|operat\w+|conservative\w*|treat\w*|manage\w*",
    "route": r"route|how w(?:as|ere)|oral\w*|intravenous\w*|mouth|vein",
    "anaesthesia": r"ana?esth\w+",
    "birth": r"born|deliver\w+|birth|vaginal\w*|ca?esarean",
    "grade": r"differentiat\w+|grades?|histology|pathology|biopsy",
    "expression": r"proteins|expression|staining|mismatch repair|MMR|receptors?|reflex\w*|sensation|pulses?",
    "severity": r"sever\w+|mild|moderate|how bad",
    "height": r"where|which (?:lobe|part|pole|tooth|limb|jaw|lip|eyelid|segment)|upper|lower",
    "front": r"where|anterior|posterior|which (?:wall|part|leaflet|cord)",
    "inner": r"where|medial|lateral|which (?:part|malleolus)",
    "near": r"where|proximal|distal|which part",
    "spread": r"involv\w+|spread|metasta\w+|nodes?|margins?|infiltrat\w+|invad\w+",
    "smoking": r"smok\w+|tobacco|cigarettes?",
    "dwelling": r"where.*(?:discharged?|sent|go|went|live)|discharge destination|discharged to",
    "integrity": r"intact|ruptured?|torn|tear|burst|perforat\w+",
    "urgency": r"emergency|urgent|elective|planned",
    "resuscitation": r"resuscitat\w+|CPR|DNA?R|DNA?CPR|code status|escalation",
    "feeding": r"fed|feed\w*",
    "pregnancy": r"pregnan\w+",
    "consent": r"consent\w*|refus\w+|agree\w*|accept\w*|declin\w+",
    "oxygen": r"on oxygen|need oxygen|oxygen given",
    "walking": r"walk\w*|mobil\w+",
    "stroke": r"stroke",
    "acquired": r"(?:(?:hospital|community)[- ])?acquired|nosocomial",
    "contrast": r"contrast",
    "look": r"colou?r|look(?:ed)? like|fluid (?:look|like)|appear\w*|what was the (?:\w+ )?fluid",
    "company": r"alone|live[sd]? with|who.*\blives?\b",
    "drinking": r"alcohol|drink\w*|teetotal",
    "infection": r"infect\w+|clean",
    "pupils": r"pupils?",
    "rhythm": r"rhythm|ECGs?|EKG|electrocardiogra\w+|cardiogram",
    "lie": r"(?:baby|twin|f(?:o)?et(?:us|al)).*(?:present\w+|position|lies?|lay|lying)|"
    r"(?:present\w+|position|lies?|lying).*(?:baby|twin|f(?:o)?et(?:us|al))",
    "sex": r"sex|boy|girl|gender|male|female",
}
"""How a question asks for a group of such words."""

EXAMINED = r"how many .*\b(?:dissected|examined|harvested|removed|retrieved|sampled|taken)"
"""Counts what was looked at, whatever was seen in it."""
