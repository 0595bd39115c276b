"""Words of the clinic as concepts: by worked examples, and the table that ships."""

from importlib import resources

import pytest

from calcqa.language.clinical import Vocabulary, _longest, parsed, vocabulary
from calcqa.language.tokens import _spelt, cased_words, stem

TABLE = """\
= myocardial infarction; heart attack; MI*; STEMI^
= mitral insufficiency; leaky mitral valve; MI*
= died; passed away; deaths; did she make it
= antibiotics; antibiotic; abx
= co-amoxiclav; Augmentin
= arm; upper limb; limb*
= left ventricular ejection fraction; LVEF
= ejection fraction; EF; LVEF^
> antibiotics: co-amoxiclav; vancomycin
> antimicrobial: antibiotics; fluconazole"""


@pytest.fixture(scope="module")
def table():
    return Vocabulary(TABLE.splitlines())


def units(table, question):
    return {word: set(concepts) for word, *concepts in table.units(question)}


def test_terms_of_one_concept_stand_for_one_another(table):
    assert units(table, "A heart attack?") == {
        "heart": {"=myocardial infarction"},
        "attack": {"=myocardial infarction"},
    }
    assert table.told(["Two myocardial infarctions."]) == [{"=myocardial infarction"}]  # by their stems
    assert units(table, "Where is the boat?") == {"boat": set()}


def test_a_narrower_term_and_a_member_answer_and_do_not_ask(table):
    assert table.told(["STEMI was seen."]) == [{"=myocardial infarction"}]
    assert units(table, "A STEMI?") == {"stemi": set()}
    told = table.told(["Augmentin and fluconazole.", "Antibiotics were stopped."])
    assert told == [{"=co-amoxiclav", "=antibiotics", "=antimicrobial"}, {"=antibiotics", "=antimicrobial"}]
    assert units(table, "Which antibiotic?") == {"antibiot": {"=antibiotics"}}
    assert units(table, "Vancomycin?") == {"vancomycin": set()}  # a member is no other member
    assert table.told(["LVEF 30%"]) == [{"=left ventricular ejection fraction", "=ejection fraction"}]


def test_the_longest_term_counts(table):
    assert table.told(["A heart attack in the arm."]) == [{"=myocardial infarction", "=arm"}]
    own = Vocabulary(["= blood pressure; BP", "= blood; bleeding"])
    assert own.told(["The blood pressure fell, and blood was lost.", "BP fell."]) == [
        {"=blood pressure", "=blood"},
        {"=blood pressure"},
    ]
    assert own.units("blood pressure?") == (("blood", "=blood pressure"), ("pressur", "=blood pressure"))


def test_an_abbreviation_with_several_senses_follows_its_document(table):
    both = {"=myocardial infarction", "=mitral insufficiency"}
    assert table.told(["MI was found."]) == [both]
    assert table.told(["MI was found."], {"MI": "mitral insufficiency"}) == [{"=mitral insufficiency"}]
    assert table.told(["MI was found."], {"MI": "mental illness"}) == [frozenset()]
    assert table.told(["MI was found."], {"MI": ""}) == [frozenset()]  # defined in two ways


def test_another_word_with_several_senses_counts_where_the_document_makes_it_plain(table):
    assert table.told(["The limb was cold."]) == [frozenset()]
    assert table.told(["The upper limb was cold.", "The limb was warm."]) == [{"=arm"}, {"=arm"}]


def test_abbreviations_count_as_they_are_written_and_in_questions_in_small_letters_too(table):
    assert table.told(["abx", "ABX", "ef"]) == [{"=antibiotics", "=antimicrobial"}] * 2 + [frozenset()]
    assert units(table, "ef on echo?") == {"ef": {"=ejection fraction"}, "echo": set()}
    assert units(table, "an mi?") == {"mi": set()}  # with another sense, and perhaps a word
    assert units(table, "an MI?") == {"mi": {"=myocardial infarction", "=mitral insufficiency"}}
    assert Vocabulary(["= blood pressure; BP*"]).units("bp?") == (("bp", "=blood pressure"),)  # no word has no vowel


def test_an_ordinary_word_is_no_term_that_has_its_stem():
    own = Vocabulary(["= arm or leg; extremity; extremities", "= gastric antral vascular ectasia; GAVE"])
    assert own.units("extremely?") == (("extrem",),) and own.told(["The extremities."]) == [{"=arm or leg"}]
    assert own.units("who gave what?") == (("gave",),) and own.told(["GAVE"]) == [{"=gastric antral vascular ectasia"}]


def test_a_question_is_reworded_where_documents_lack_its_words_and_have_the_concept(table):
    terms = {"=myocardial infarction", "arm", "=arm"}
    assert table.reworded("After the heart attack, when?", terms) == "After the myocardial infarction, when?"
    assert table.reworded("Which arm?", terms) == "Which arm?"  # its own word is there
    assert table.reworded("LVEF 3.5?", terms) == "LVEF 3.5?"  # the documents have no such thing
    both = {"=myocardial infarction", "=mitral insufficiency"}
    assert table.reworded("An MI?", both) == "An MI?"  # which is meant is open


def test_a_question_is_reworded_as_the_text_has_it_and_no_kind_by_its_member():
    own = Vocabulary(
        ["= ejection fraction; EF*; LVEF^", "= left ventricular ejection fraction; LVEF; ejection fraction"]
    )
    text = "The LVEF was 25 %."
    terms = own.told([text])[0]
    assert own.reworded("Ejection fraction - how low?", terms, lambda concept: text) == "LVEF - how low?"
    kinds = Vocabulary(["= antibiotics; antibiotic", "> antibiotics: amoxicillin"])
    text = "Amoxicillin was given."
    assert kinds.reworded("Which antibiotic?", kinds.told([text])[0], lambda concept: text) == "Which antibiotics?"


def test_an_abbreviated_history_is_spelt_out_though_no_text_speaks_of_it():
    assert vocabulary().reworded("PMH?", frozenset()) == "past medical history?"
    assert vocabulary().reworded("Any FHx?", frozenset()) == "Any family history?"
    assert vocabulary().reworded("ECMO?", frozenset()) == "ECMO?"


def test_of_several_senses_those_count_that_the_document_has_for_sure(table):
    told = table.told(["A heart attack.", "MI again."])
    assert told == [{"=myocardial infarction"}, {"=myocardial infarction"}]


def test_work_grows_with_the_length_of_a_text_alone(table):
    text = "heart attack " * 2_000
    assert table.told([text]) == [{"=myocardial infarction"}]
    assert len(_longest(_all_of(table, text))) == 2_000


def _all_of(table, text):
    return table._matches(table._told, cased_words(text))


def test_words_without_subject_matter_ask_where_they_do_so_together(table):
    assert table.units("So did she make it?") == (("make", "=died"),)


@pytest.mark.parametrize("line", ["heart; attack", "= alone", "= a; ", "> kind", ""])
def test_what_is_no_line_of_a_table_is_refused(line):
    with pytest.raises(ValueError, match="no line of a vocabulary"):
        Vocabulary([line])


def meets(sentence, question):
    """Say whether a sentence speaks of a concept that the question asks for."""
    told = vocabulary().told([sentence])[0]
    return any(told.intersection(unit) for unit in vocabulary().units(question))


def shipped():
    folder = resources.files("calcqa.language") / "vocabulary"
    return [line for file in folder.iterdir() for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_table_that_ships_has_each_concept_once():
    lines = [parsed(line) for line in shipped()]
    for kind in (False, True):
        names = [names[0].text.lower() for is_kind, names in lines if is_kind is kind]
        assert len(names) == len(set(names))
    assert sum(not is_kind for is_kind, _ in lines) >= 1_500
    for _, names in lines:
        assert len({name.text for name in names}) == len(names)


def test_a_narrower_term_of_a_question_covers_the_wider_one_within_it():
    own = Vocabulary(["= stroke; CVA", "> stroke: lacunar infarct; hemorrhagic stroke"])
    assert own.units("hemorrhagic stroke?") == (("hemorrhag",), ("stroke",))
    assert own.units("stroke?") == (("stroke", "=stroke"),)


def test_a_member_of_a_kind_asks_as_a_whole_or_not_at_all():
    kinds = [names for is_kind, names in map(parsed, shipped()) if is_kind]
    for member in (member for _, *members in kinds for member in members if "*" not in member.flags):
        matches = vocabulary()._asked_by(["any", *member.words])
        assert {f.end - f.start for f in matches} <= {len(member.words)}, member.text


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("PMH?", "Background: asthma, gout"),
        ("Any allergies?", "NKDA"),
        ("Any allergies?", "She is intolerant of codeine."),
        ("DH?", "Current treatment: ramipril 5 mg od"),
        ("SH?", "She does not smoke."),
        ("Does he smoke?", "He was a welder and a non-smoker."),
        ("Smoker?", "She gave up as an ex-smoker in 2010."),
        ("Any dysuria?", "There was pain when urinating."),
        ("FH?", "Her sister had gout."),
        ("Impression?", "Imp: gout"),
        ("Temp?", "Obs: T 38.2, HR 90"),
        ("Next appointment?", "I will see her again in May."),
        ("Ceiling of care?", "Resus: for full escalation"),
        ("Family history of cancer?", "Mother had breast ca at 50."),
        ("Does he drink?", "20 units/week"),
        ("BP and HR on arrival?", "Blood pressure was 90/60 mmHg."),
        ("BP and HR on arrival?", "Heart rate was 110."),
        ("Did the chemo help?", "Chemotherapy was begun."),
        ("Any mets?", "Liver metastases were seen."),
        ("sats?", "Oxygen saturation was 88 %."),
        ("PMH?", "Her past medical history was unremarkable."),
        ("Did she make it?", "She died of sepsis."),
        ("What did the film show?", "A radiograph showed a fracture."),
        ("A swollen belly?", "Abdominal distension was seen."),
        ("Which antibiotic was given?", "He received vancomycin."),
        ("Any allergies?", "She is allergic to penicillin."),
        ("ejection fraction?", "LVEF 35 %"),
        ("What was the sodium?", "Na 128 mmol/L"),
        ("haemoglobin?", "Hb 9.1 g/dL"),
        ("How many eggs were collected?", "Six oocytes were retrieved."),
        ("Has she had surgery?", "She had a hysterectomy in 2012."),
        ("What operations has he had?", "Tonsillectomy as a child; hip replacement in 2019."),
        ("Has she had cancer?", "A melanoma was excised."),
        ("Any cancer in the past?", "Multiple myeloma was in remission."),
        ("Any infections?", "He had been treated for malaria."),
        ("Was there an infection?", "Blood cultures confirmed endocarditis."),
        ("Any fractures?", "He broke his wrist on the stairs."),
        ("Any autoimmune disease?", "She has coeliac disease."),
        ("Any eye problems?", "Cataracts in both eyes."),
        ("Any skin problems?", "She has psoriasis."),
        ("Did he have a fall?", "He slipped on ice."),
        ("What is his date of birth?", "Born 3 May 1950."),
        ("IgA?", "Immunoglobulin A was low."),
        ("Does she need a mobility aid?", "She came in with two sticks."),
        ("Any aid to walk?", "He has a rollator."),
        ("BRCA status?", "A BRCA1 mutation was inherited."),
        ("Is he in pain?", "His back ached at night."),
        ("Any joint pain?", "All his joints ached."),
        ("Resus?", "DNACPR form at the front."),
        ("Resus status?", "CPR status: for CPR"),
        ("Code status?", "He is not for resuscitation."),
        ("Was resus attempted?", "CPR was begun at once."),
        ("Who has power of attorney?", "Her niece is LPA for finances."),
        ("Has he opened his bowels?", "BNO since Friday."),
        ("Bowels?", "BO x2, loose"),
        ("Any pressure sores?", "Heel: cat 3 PU, dressed"),
        ("Does he have carers?", "Lives alone with QDS care."),
        ("Who did the operation?", "Surgeon: Mr Hale"),
        ("Who was the gas man?", "Anaesthetist: Dr Moss"),
        ("Lactate?", "ABG: pH 7.29, lact 4.1"),
        ("Why the section?", "EmCS for fetal distress in 2018."),
        ("Allergies?", "Nuts make his lips swell."),
        ("How many bypasses?", "He had a CABG in spring."),
    ],
)
def test_what_people_say_is_met_by_what_reports_write(question, sentence):
    assert meets(sentence, question)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Was there hypothyroidism?", "Hyperthyroidism was found."),
        ("What was the troponin?", "Creatinine was 90."),
        ("Which CT was done?", "An MRI was done."),
        ("Was vancomycin given?", "He was given amoxicillin."),
        ("Was it the left arm?", "The right leg hurt."),
        ("Did the mother have it?", "The father had it."),
        ("Was there hepatitis?", "The liver was normal."),
        ("Did he have pancreatitis?", "The pancreas was normal."),
        ("What was the lactate?", "She was breastfeeding."),
        ("Which tests were done?", "The left testis was enlarged."),
        ("How many mg were given?", "She had myasthenia gravis."),
        ("Was he oestrogen receptor positive?", "He came to the ER."),
        ("Was she sent home?", "A D&C was done."),
        ("A hemorrhagic stroke?", "A lacunar infarct was seen."),
        ("Was it a flame burn?", "He was scalded: a scald of the arm."),
        ("A synovial sarcoma?", "It was a leiomyosarcoma."),
        ("Did he have pneumonia?", "He had meningitis."),
        ("Any previous surgery?", "Cystoscopy was normal."),
        ("Any prostate problem?", "He was booked for a prostatectomy."),
        ("Was the appendix taken out, an appendectomy?", "She had a hysterectomy."),
        ("Has she had breast cancer?", "She had a melanoma."),
        ("Does she need a mobility aid?", "She has a hearing aid."),
        ("Is he for full resuscitation?", "DNACPR in place."),
        ("Is she not for resuscitation?", "Code: full"),
        ("BRCA status?", "A KRAS mutation was seen."),
    ],
)
def test_siblings_and_opposites_meet_nothing(question, sentence):
    assert not meets(sentence, question)


def test_both_sides_of_the_atlantic_spell_alike():
    pairs = """haemoglobin hemoglobin, oedema edema, tumours tumor, diarrhoea diarrhea, stabilised stabilized,
        litre liter, paediatric pediatric, dialysed dialyzed, excised excision,
        revised revision, sulphate sulfate, apnoeic apneic"""
    assert all(stem(a) == stem(b) for a, b in map(str.split, pairs.split(",")))
    kept = "toe shoe does goes aerobic air four hour vertebrae rise raised"
    assert [_spelt(word) for word in kept.split()] == kept.split()
