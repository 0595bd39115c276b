"""Two sentences that answer one question: alike, differently, or of something else. [Marked] is what a reader marks."""

import pytest

from calcqa.answering.differences import AGREED, contradiction, difference
from helpers.statements import statement


@pytest.mark.parametrize(
    ("question", "one", "other", "words"),
    [
        ("How big is it?", "A vegetation of [11 mm] was seen.", "It measured [14 × 8 mm].", ("11 mm", "14 × 8 mm")),
        ("How long is warfarin given?", "Warfarin for [three months].", "Warfarin for [six months], not three.",
         ("three months", "six months")),
        ("What was the creatinine?", "Creatinine was [182 µmol/l].", "His creatinine was [128 µmol/l].",
         ("182 µmol/l", "128 µmol/l")),
        ("What stage was the cancer?", "It was [stage II].", "Cancer of [stage IIIb].", ("stage II", "stage IIIb")),
        ("When was she operated on?", "She was operated on [12 May].", "Operation on [21 May].", ("12 May", "21 May")),
        ("At what time was the arrest?", "Arrest at [03:12].", "He arrested at [3.40 am].", ("03:12", "3.40 am")),
        ("On which side was the stone?", "A stone in the [right] ureter.", "The stone was in the [left ureter].",
         ("right", "left")),
        ("Which lobe held the tumour?", "The tumour lay in the [upper lobe].", "A tumour of the [lower lobe].",
         ("upper", "lower")),
        ("Who operated?", "[Mr Okafor] operated.", "The surgeon was [Miss Brandt].", ("Mr Okafor", "Miss Brandt")),
        ("Who called for help?", "[His daughter] called.", "[A neighbour] called.", ("daughter", "neighbour")),
        ("Which anticoagulant was he given?", "He went home on [apixaban].", "He was given [warfarin].",
         ("apixaban", "warfarin")),
        ("Which organism grew?", "The fluid grew [Kingella kingae].", "It grew [Moraxella osloensis].",
         ("Kingella kingae", "Moraxella osloensis")),
        ("Which nerve was injured?", "The [median nerve] was cut.", "The [ulnar nerve] was divided.",
         ("median nerve", "ulnar nerve")),
        ("What was the cause of death?", "Death by [pulmonary embolism].", "Cause of death: [myocardial infarction].",
         ("pulmonary embolism", "myocardial infarction")),
        ("What is the incidence?", "It occurs in [1 in 5,000] births.", "The incidence is [1 in 50,000].",
         ("1 in 5,000", "1 in 50,000")),
        ("How often is insulin given?", "Insulin [twice a day].", "Insulin [four times a day].",
         ("twice a day", "four times a day")),
        ("Who delivered her?", "She was delivered by midwife [Ruth Adler].", "She was delivered by [Dr Nkemelu].",
         ("Ruth Adler", "Dr Nkemelu")),
        ("Where was he born?", "He was born at [St Hilda's].", "He was born at [Queen Maud hospital].",
         ("St Hilda's", "Queen Maud hospital")),
        ("What parasite was it?", "It was [Plasmodium vivax].", "We saw [Plasmodium falciparum].",
         ("Plasmodium vivax", "Plasmodium falciparum")),
        ("What is her dose of prednisolone?", "She is on [15 mg] of prednisolone.", "Prednisolone is now [7.5 mg].",
         ("15 mg", "7.5 mg")),
        ("Was there a fracture?", "[No fracture] was seen.", "There is a [fracture] of the wrist.",
         ("No fracture", "fracture")),
        ("What did the biopsy show?", "The biopsy showed [carcinoma].", "The biopsy [showed no carcinoma].",
         ("carcinoma", "no carcinoma")),
        ("Any allergies?", "She has [no known drug allergies].", "She is [allergic to penicillin].",
         ("no known drug allergies", "allergic to penicillin")),
        ("What grade was it?", "A [well differentiated] sarcoma.", "A [poorly differentiated] sarcoma.",
         ("well differentiated", "poorly differentiated")),
        ("Are the reflexes present?", "Knee reflexes are [preserved].", "Knee reflexes are [absent].",
         ("preserved", "absent")),
        ("Is she on digoxin?", "She [takes digoxin].", "Digoxin was [switched to sotalol].", ("takes", "switched to")),
        ("Was the pregnancy planned?", "The pregnancy was [unplanned].", "It was a [planned] pregnancy.",
         ("unplanned", "planned")),
        ("Did the baby survive?", "The baby [died].", "The baby [went home] after a month.", ("died", "went home")),
        ("Was amiodarone stopped?", "Amiodarone was [not stopped].", "Amiodarone was [withheld].",
         ("not stopped", "withheld")),
        ("Was the culture positive?", "The culture was [positive].", "The culture was [sterile].",
         ("positive", "sterile")),
        ("How was the iron given?", "Iron was given [by mouth].", "Iron was given [intravenously].",
         ("by mouth", "intravenously")),
    ],
)  # fmt: skip
def test_what_differs_is_named(question, one, other, words):
    assert difference(question, statement(one), statement(other)) == words
    assert difference(question, statement(other), statement(one)) == words[::-1]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How long was the rash there?", "The rash had lasted [three months].", "A rash of [twelve weeks]."),
        ("How long was the wound?", "The wound was [45 mm] long and gaped by 12 mm.", "A [4.5 cm] wound."),
        ("How long was the wound?", "The wound was 45 mm long and gaped by [12 mm].", "A [4.5 cm] wound."),
        ("How much was drained?", "[980 ml] were drained.", "The tap removed [about 1 l]."),
        ("How old was he?", "He was [81 years] old.", "A man [aged 82 years]."),
        ("When was it implanted?", "Implanted [03/04/2021].", "It was put in on [the third of April 2021]."),
        ("What share relapses?", "[Three quarters] of patients relapse.", "Relapse occurs in [75%]."),
        (
            "What share is sick?",
            "Nausea occurred in [31.4%].",
            "[Just under a third] of patients felt sick; one in ten died.",
        ),
        ("Is there any hearing loss?", "There is [no hearing loss].", "Her hearing is [normal]."),
        ("How often is it given?", "It is given [b.d.].", "It is given [twice a day]."),
        ("Was the appendix perforated?", "The appendix was [perforated].", "A [perforated appendix] was removed."),
        ("Who operated?", "Surgeon: [Mr J. Okafor].", "[Mr Okafor] did the operation himself."),
        ("Which drug was he started on?", "He was started on [Keppra].", "He was started on [levetiracetam]."),
        ("Which antibiotic was given?", "He had [ceftriaxone and vancomycin].", "He was given [vancomycin]."),
        (
            "How many nodes were sampled?",
            "Three of [11 nodes] hold metastasis.",
            "None of [11 nodes] holds metastasis.",
        ),
        ("Was there cancer in the chips?", "[No carcinoma] is identified.", "All were [free of malignancy]."),
        ("Did the baby survive?", "The baby [died].", "The infant [did not survive]."),
        ("Is she on sotalol?", "She [takes sotalol].", "Digoxin was [switched to sotalol]."),
        ("Which drug is she on?", "She [takes sotalol].", "Digoxin was [switched to sotalol]."),
        ("What was the urine protein?", "Urine protein was [present].", "Urine [protein 2+], glucose absent."),
        ("Which side was weak?", "There is a [left hemiparesis].", "The arm on [her left] hangs."),
        (
            "Which kidney was removed?",
            "The [left kidney] was removed.",
            "A [left] nephrectomy; the right one is normal.",
        ),
    ],
)
def test_the_same_in_other_words_agrees(question, one, other):
    for a, b in ((one, other), (other, one)):
        assert difference(question, statement(a), statement(b)) in (AGREED, None)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("What was the haemoglobin on admission?", "The haemoglobin on admission was [68 g/l].",
         "When he left the ward the haemoglobin was [97 g/l]."),
        ("What was the creatinine?", "The creatinine was [182 µmol/l].", "The creatinine fell to [98 µmol/l]."),
        ("At what age did the sister walk?", "The sister walked at [26 months].", "He walked at [19 months]."),
        ("What did the child weigh?", "The mother weighed [61 kg].", "The child weighed [12 kg]."),
        ("How much does the patient weigh?", "Case 1 weighed [61 kg].", "Case 2 weighed [95 kg]."),
        ("How big is the kidney?", "The left kidney is [10 cm] long.", "The right kidney is [11.5 cm] long."),
        ("How much was drained at the first tap?", "The first tap drained [980 ml].", "The second gave [6.5 l]."),
        ("What was bilirubin on admission?", "On admission bilirubin was [214 µmol/l].", "Bilirubin is [19 µmol/l]."),
        ("How much did the mother bleed?", "The mother bled [1,100 ml].", "She bled about [15 ml]."),
        ("How big was the stone?", "The stone measured [5 mm].", "A cyst of [15 mm] was seen."),
    ],
)  # fmt: skip
def test_what_differs_for_a_reason_is_no_difference(question, one, other):
    assert difference(question, statement(one, 0.3), statement(other, 0.3)) is None


def test_a_name_that_a_reader_is_not_sure_of_is_not_compared():
    one, other = "The drug was [apixaban].", "It was [warfarin]."
    assert difference("Which drug was it?", statement(one), statement(other)) == ("apixaban", "warfarin")
    assert difference("Which drug was it?", statement(one), statement(other, 0.1)) is None


def test_within_a_document_only_what_looks_alike_in_all_contradicts():
    question, one = "How long was warfarin given?", "Warfarin was given for [three months]."
    assert contradiction(question, statement(one), statement("Warfarin was given for [six months].")) == (
        "three months",
        "six months",
    )
    for other in (
        "It was given for [six months].",  # may be another drug
        "After the second embolism warfarin was given for [six months].",
        "From 3 May warfarin was given for [six months].",
        "Warfarin was given for [twelve weeks].",
    ):
        assert contradiction(question, statement(one), statement(other)) is None
    assert contradiction(question, statement(one), statement("Warfarin was given for [six months].", 0.3)) is None
