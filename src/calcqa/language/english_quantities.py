"""Numbers, units and dates in English, as data. Patterns ignore case."""

UNITS = """
length 0.001 µm micron microns micrometre micrometres micrometer micrometers
length 1 mm millimetre millimetres millimeter millimeters
length 10 cm centimetre centimetres centimeter centimeters
length 1000 m metre metres meter meters
length 1000000 km kilometre kilometres kilometer kilometers
length 25.4 inch inches
length 304.8 foot feet
area 1 mm2 mm²
area 100 cm2 cm²
area 1000000 m2 m²
mass 0.000001 ng nanogram nanograms
mass 0.001 µg mcg ug microgram microgrammes micrograms
mass 1 mg milligram milligrams milligrammes
mass 1000 g gm gram grams gramme grammes
mass 1000000 kg kilo kilos kilogram kilograms
mass 453592 lb lbs pound pounds
mass 6350293 stone
volume 0.001 µl ul microlitre microlitres microliter microliters
volume 1 ml millilitre millilitres milliliter milliliters cc
volume 10 cl
volume 100 dl decilitre deciliter
volume 1000 l litre litres liter liters
volume 568 pint pints
time 0.000278 second seconds sec secs
time 0.016667 minute minutes min mins
time 1 hour hours hr hrs h
time 24 day days
time 168 week weeks wk wks
time 336 fortnight fortnights
time 730.5 month months
time 8766 year years yr yrs
time 87660 decade decades
amount 0.000000001 pmol
amount 0.000001 nmol
amount 0.001 µmol umol micromol micromoles
amount 1 mmol millimole millimoles
amount 1000 mol
charge 1 meq
share 1 % percent per_cent
pressure 1 mmhg
pressure 7.5006 kpa
pressure 0.7356 cmh2o
celsius 1 °c ºc c
fahrenheit 1 °f ºf f
unit 1 u iu unit units
unit 0.001 mu miu
dose 1 gy gray
dose 0.01 cgy
beat 1 beat beats
beat/time 60 bpm
breath 1 breath breaths
potential 1 mv
potential 1000 v volt volts
current 1 ma
current 1000 amp amps
power 1 w watt watts
attenuation 1 hu hounsfield
lens 1 dioptre dioptres diopter diopters
activity 1 mbq
activity 1000 gbq
energy 1 kcal
energy 0.239 kj
"""
"""What units measure, how much of the first unit of that each is, and how it is written; a line each."""

UNIT_NAMES = tuple(name.replace("_", " ") for line in UNITS.strip().splitlines() for name in line.split()[2:])
"""How units are written."""

NUMBERS = {
    "no": 0, "zero": 0, "nil": 0, "one": 1, "single": 1, "once": 1, "two": 2, "twice": 2, "both": 2, "three": 3,
    "thrice": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "half": 0.5, "quarter": 0.25, "quarters": 0.25,
}  # fmt: skip
"""Numbers in words; a part, and what is above ninety, multiplies the one before it."""

COUNTED_AS_NONE = frozenset({"no", "quarter", "both", "once"})
"""Those that mostly are something else: they count only where a unit follows, or a count is asked for."""

ORDINALS = {
    word: number
    for number, words in enumerate(
        """first 1st;second 2nd;third 3rd;fourth 4th;fifth 5th;sixth 6th;seventh 7th;eighth 8th;ninth 9th;tenth 10th;
        eleventh 11th;twelfth 12th;thirteenth 13th;fourteenth 14th;fifteenth 15th;sixteenth 16th;seventeenth 17th;
        eighteenth 18th;nineteenth 19th;twentieth 20th;twenty-first 21st;twenty-second 22nd;twenty-third 23rd;
        twenty-fourth 24th;twenty-fifth 25th;twenty-sixth 26th;twenty-seventh 27th;twenty-eighth 28th;
        twenty-ninth 29th;thirtieth 30th;thirty-first 31st""".split(";"),
        start=1,
    )
    for word in words.split()
}

MONTHS = tuple(
    """jan(?:uary)?;feb(?:ruary)?;mar(?:ch)?;apr(?:il)?;may;june?;july?;aug(?:ust)?;sept?(?:ember)?;oct(?:ober)?;
    nov(?:ember)?;dec(?:ember)?""".replace("\n", "")
    .replace(" ", "")
    .split(";")
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ABOUT = r"about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca\.|just (?:over|under)|~|≈|c\."
UP_TO = r"up to|at most|less than|under|below|no more than|within|<|≤"
FROM = r"at least|more than|over|above|exceed\w*|no less than|>|≥"
NOT_THIS = r"not|rather than|instead of|never"
"""What stands before a number or a name that is denied: "six months, not three"."""

FOR_LIFE = r"for life|life-?long|indefinitely|permanently|for the rest of (?:his|her|their) life"
LASTS = r"after|for|within|in|over|than|about|of|lasted|ran|took|another|every|nearly|almost|only|just"
"""What stands before "a day" that is a time and no rate."""

_LONG = r"[ -](?:tall|high|long|wide|deep|above|below|away|from|of|falls?|walls?|ladders?|inch\w*"
_LONG += rf"|\d|(?:{'|'.join(NUMBERS)})\b)"
_FELL = r"\b(?:fell|falls?(?: of| from)?|jump\w*|height of|distance of|depth of) (?:about |some |over |only )?"
ALSO_A_THING = {
    "stone": (
        r"\b(?:weigh\w*|lost|los[es]\w*|gain\w*|put on) (?:\w+ ){0,2}",
        r" (?:in weight|heavier|lighter|overweight)\b",
        2,
        r"\W*$|[.,;:)]|[ -](?:man|woman|boy|girl|lady|gentleman|patient|person|and|or|in|on|at|to|over|within|during|"
        r"since|after|before|from|with|when|by|for|this|last|\d)",
    ),
    "foot": (_FELL, _LONG, 2, r"\W*$|[.,;:)]|[ -]drops?\b"),
    "feet": (_FELL, _LONG, 3, ""),
    "second": (
        r"\ban? ",
        r"(?![ -][a-z])|[ -](?:pauses?|runs?|bursts?|intervals?|delays?|silences?|episodes?|holds?|spells?|arrests?|"
        r"later|long|apart|or|and|to|at|in|of|with|on|each|before|after|for|from)\b",
        5,
        "",
    ),
}
"""Units that name a thing too ("two foot ulcers"), and how the text reads where one is a unit.

What stands right before the number, or right behind the unit; and from which number on what else may stand behind it.
"""
LESSER = {"foot": (25.4, r"inch(?:es)?|ins?"), "feet": (25.4, r"inch(?:es)?|ins?"), "stone": (453592, r"pounds?|lbs?")}
"""Units that a lesser one follows, which may go without saying ("six foot two"): how much that is, and its names."""

LABELLED = r"grade|stage|class|type|asa|nyha|level|phase|category|figo|child-pugh|gcs|nihss|apgar|score|group"
"""What a number names rather than counts."""

BY_THEMSELVES = {
    2: r"b\.?i?\.?d\b\.?|morning and (?:evening|night)",
    3: r"t\.?[di]\.?[sd]\b\.?",
    4: r"q\.?[di]\.?[sd]\b\.?",
}
"""What says how often a day, with no spell of time behind it."""
FREQUENCIES = {
    2: rf"twice|two times|{BY_THEMSELVES[2]}|12[- ]hourly|every (?:12|twelve) hours",
    3: rf"three times|thrice|{BY_THEMSELVES[3]}|8[- ]hourly|every (?:8|eight) hours",
    4: rf"four times|{BY_THEMSELVES[4]}|6[- ]hourly|every (?:6|six) hours",
}
"""How often a day what stands before is given."""
TIMES = ("once", "twice", "thrice")
"""Numbers that only count how often, so that "twice-weekly" is no "two-weekly"."""
NO_COUNTS = ("both",)
"""Numbers that do not count how often: "both daily"."""
SPELLS = {"hour": 24, "day": 1, "morning": 1, "evening": 1, "night": 1, "week": 1 / 7, "fortnight": 1 / 14}
SPELLS |= {"month": 1 / 30, "year": 1 / 365}
TIMES_A_DAY = {"hourly": 24, "daily": 1, "nightly": 1, "weekly": 1 / 7, "fortnightly": 1 / 14, "monthly": 1 / 30}
TIMES_A_DAY |= {"yearly": 1 / 365, "annually": 1 / 365}
"""How many times a day what is done each of these spells of time is done."""
EVERY = {"other": 2, "alternate": 2, "few": 3}
"""What stands between "every" and the spell."""
