"""A sentence about a sibling of what is asked for is no answer, and one about the thing itself is."""

import pytest

from calcqa.answering.siblings import about_relative, affirms, asks_of_month, is_sibling
from calcqa.language.clinical import vocabulary
from helpers.letters import assistant_over

SIBLINGS = [
    ("How was his hyperthyroidism treated?", "His hypothyroidism was treated with tablets."),
    ("What was done for the hypoglycaemia?", "Hyperglycaemia was corrected overnight."),
    ("How was she in May?", "In March she was weak, and in June well."),
    ("What did the scan of 2014 show?", "In 2011 the scan showed a cyst."),
    ("What was begun on day 5?", "On day 3 vancomycin was begun."),
    ("How large was the left kidney?", "The right kidney measured 8 cm."),
    ("What did his father die of?", "His mother died of a stroke."),
    ("Which operations has he had?", "His brother had an appendicectomy."),
    ("Which operations has my dad had?", "His brother had an appendicectomy."),
    ("What did my son's father die of?", "He was discharged."),
    ("What did his dad die of?", "He was discharged."),
    ("How is dad's father?", "He is well."),
    ("Does my mum's sister smoke?", "She smokes."),
    ("What did his late dad die of?", "He was discharged."),
    ("How many days was her elderly dad on it?", "She took it for six days."),
    ("What was her ALP?", "Her ALT was 50."),
    ("Who operated on him?", "He was never operated on."),
    ("How much did the spleen weigh?", "He weighed 26.5 kg."),
    ("What does she weigh?", "The right ovary weighed 90 g."),
    ("What was his troponin?", "Creatinine was 88 µmol/l."),
    ("What was the sodium?", "Potassium was 4.1 mmol/l."),
    ("Which vaccine was given?", "He was given cefuroxime."),
    ("How much warfarin did he take?", "He took amiodarone 200 mg."),
    ("What was the indication for surgery?", "Indication for surgery."),
    ("Which types do not have fever?", "Types two and three have fever."),
    ("Who closed the wound?", "The wound was closed with staples."),
    ("What did the scan of 2014 show after the fall?", "In 2011 the scan showed a cyst."),
    ("How many categories are not inherited?", "Four categories are inherited."),
    ("Discharge meds?", "Drugs on admission: codeine."),
    ("What was his weight at discharge?", "On admission he weighed 70 kg."),
    ("What was his weight on arrival?", "At discharge he weighed 66 kg."),
    ("Any family history of gout?", "He has had gout for ten years."),
    ("Family history?", "He lives with his wife and two sons."),
    ("Which knee was replaced?", "The knee was replaced in spring."),
    ("On which side was the hernia?", "The hernia was repaired with a mesh."),
]
ANSWERS = [
    ("How was his hyperthyroidism treated?", "Hypothyroidism followed when the hyperthyroidism was treated."),
    ("How was she in May?", "In March she was weak, and in May well."),
    ("What may help?", "In June physiotherapy helped."),
    ("What was begun on day 5?", "On day 3 vancomycin, on day 5 ceftriaxone was begun."),
    ("How large was the left kidney?", "Both kidneys were small, the right kidney 8 cm."),
    ("Had the device left the vein?", "It lay in the right vein."),
    ("What did his father die of?", "There was no family history."),
    ("Had he had fits before?", "His mother reported no fits."),
    ("How long must my husband take it?", "Colchicine for four weeks."),
    ("Why is our little girl not in school?", "She is too tired for school."),
    ("How many pills is dad on?", "He takes five tablets."),
    ("How many days was mum on ibuprofen?", "Her daughter reports that she took ibuprofen for nine days."),
    ("How many days was my seven year old little son on it?", "The drops were given for a week."),
    ("Who was with him?", "His mum sat beside him."),
    ("Which jab was he given?", "Triamcinolone was injected into the knee."),
    ("Glycated Hb in spring?", "HbA1c was 52 mmol/mol in spring."),
    ("Who operated on him?", "The operation was done by a surgeon from Oslo."),
    ("How much did the spleen weigh?", "The spleen weighed 300 g."),
    ("What did the baby weigh?", "The girl weighed 3.2 kg."),
    ("What did the older sister have?", "She had scurvy."),
    ("What was his troponin?", "The cardiac enzymes were normal."),
    ("How much warfarin did he take?", "He took an anticoagulant."),
    ("Was he on warfarin?", "He was on no medication."),
    ("Which antibiotic was given?", "He was given cefuroxime."),
    ("Which drug was begun for his osteoporosis?", "He began alendronate."),
    ("Which medication was stopped?", "Warfarin was stopped."),
    ("Which organism was it?", "Klebsiella pneumoniae grew."),
    ("Was the wound dry?", "The wound was dry."),
    ("Which types do not have fever?", "Type one has no fever."),
    ("Who died?", "The younger patient died on the ward."),
    ("Who developed a rash?", "Two of the five had a rash."),
    ("Which drug could he not have?", "Ibuprofen was contraindicated."),
    ("What was he not able to do?", "He was unable to climb stairs."),
    ("What happened after the diagnosis in 2015?", "In 2017 the tumour came back."),
    ("How was she until March?", "She was well in January."),
    ("Discharge meds?", "Drugs: codeine, stopped before he went home after his admission."),
    ("What was his weight at discharge?", "He weighed 70 kg on admission, and 66 kg when he was discharged."),
    ("What was his weight on arrival?", "He was discharged at 66 kg, having come in with 70 kg at first."),
    ("What were his weights on admission and at discharge?", "On admission he weighed 70 kg."),
    ("Which knee was replaced?", "Both knees were replaced in spring."),
    ("Which eye was it?", "The cataract lay in the left eye."),
    ("Which knee was replaced?", "Rt knee replaced in spring."),
    ("Which hand was hurt?", "She hurt her dominant hand."),
    ("Which kidney disease did he have?", "He had a nephrotic syndrome."),
    ("Who had gout?", "His uncle had gout."),
]


def sibling(question, sentence):
    return is_sibling(question, [sentence], "", vocabulary().told([sentence])[0])


@pytest.mark.parametrize(("question", "sentence"), SIBLINGS)
def test_a_sibling_is_no_answer(question, sentence):
    assert sibling(question, sentence)


@pytest.mark.parametrize(("question", "sentence"), ANSWERS)
def test_the_thing_itself_is_one(question, sentence):
    assert not sibling(question, sentence)


def test_a_relative_is_not_the_patient():
    assert about_relative("What illness does he have?", "His mother has gout.")
    assert not about_relative("What illness does his mother have?", "His mother has gout.")
    assert not about_relative("What illness does he have?", "His mother brought him in with gout.")
    assert about_relative("What illness does my uncle have?", "His mother has gout.")
    assert not about_relative("Does the older brother have gout?", "His older brother has gout.")
    assert not about_relative("Who has gout?", "His mother has gout.")
    assert not about_relative("Has he had a scan?", "His brother had polyps and a scan was booked for Mr Orme.")
    assert about_relative("Has he had a scan?", "His brother, Mr Orme, had polyps and a scan.")


def test_who_denies_is_told_from_who_affirms():
    assert affirms("Which forms don't heal?", "All forms heal.")
    assert not affirms("Which forms heal?", "All forms heal.")
    assert not affirms("Which forms don't heal?", "The third form never heals.")


def test_a_sibling_is_refused_and_a_relatives_disease_not_quoted(tmp_path, fake_encoder):
    text = "# Report\n\nThe right kidney was small. The patient has gout disease. His mother had the disease measles.\n"
    assistant = assistant_over(tmp_path, fake_encoder, text)
    assert assistant.ask("Was the left kidney small?").abstention is not None
    assert assistant.ask("Was the right kidney small?").citations[0].quote == "The right kidney was small."
    assert [c.quote for c in assistant.ask("Which disease has the patient had?").citations] == [
        "The patient has gout disease."
    ]


def test_what_stands_under_family_history_is_about_relatives():
    assert about_relative("Did he have an infarct?", "FH: brother had an infarct at 45.")
    assert not about_relative("FH?", "FH: brother had an infarct at 45.")


def test_the_next_best_is_taken_where_the_best_is_about_a_relative(tmp_path, fake_encoder):
    text = (
        "# Letter\n\nHis father had a stroke.\n\nIn spring there was, to be sure, a small stroke of his own as well.\n"
    )
    answer = assistant_over(tmp_path, fake_encoder, text).ask("Did he have a stroke?")
    assert [c.quote for c in answer.citations] == [
        "In spring there was, to be sure, a small stroke of his own as well."
    ]


def test_what_has_nothing_of_the_question_does_not_take_its_place(tmp_path, fake_encoder):
    text = "# Letter\n\nFH: brother had a stroke at 45.\n\nHe had been well and has no complaint did he say.\n"
    assert assistant_over(tmp_path, fake_encoder, text).ask("Did he have a stroke?").abstention is not None


def test_of_a_month_that_a_text_never_names_it_tells_nothing():
    assert asks_of_month("How was he in June?", "He came in April and left.")
    for text in ("03/06 08:10: he slept.", "He came on 3 Jun.", "He came on 03/06/2021."):
        assert not asks_of_month("How was he in June?", text)
    assert not asks_of_month("What was done after June?", "He came in April and left.")


def test_a_quote_that_leans_on_the_sentence_before_adds_what_that_names(tmp_path, fake_encoder):
    text = "# Rashes\n\nScurvy and pellagra were seen. They do not itch."
    answer = assistant_over(tmp_path, fake_encoder, text).ask("What does not itch?")
    assert [(c.before, c.quote) for c in answer.citations][:1] == [
        ("Scurvy and pellagra were seen.", "They do not itch.")
    ]
