"""Which questions are English."""

import json
from pathlib import Path

import pytest

from calcqa.language.other_languages import is_english

QUESTIONS = sorted((Path(__file__).parents[2] / "questions").rglob("*.jsonl"))


@pytest.mark.parametrize(
    "question",
    [
        "Wie wurde die Frau behandelt?",
        "Welches Antibiotikum bekam der Patient?",
        "Quel traitement a-t-il reçu ?",
        "Quelle est la cause ?",
        "¿Cuál fue el tratamiento?",
        "¿Por qué fue operada la paciente?",
        "Qual foi a dose?",
        "Qual è la diagnosi?",
        "¿Qué antibiótico recibió la paciente?",
        "Que antibiotico le dieron?",
        "¿Tiene alergias?",
        "Edad del paciente?",
        "Quale antibiotico ha ricevuto?",
        "Que medicamento tomou?",
        "welches Antibiotikum?",
        "Hoe werd het behandeld?",
        "Jak był leczony pacjent?",
        "Hur var det?",
        "Как лечили пациента?",
        "患者的年龄是多少？",
        "كم عمر المريض؟",
    ],
)
def test_other_languages(question):
    assert not is_english(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "???",
        "92?",
        "abx?",
        "O/E?",
        "ddx",
        "CA 19-9 and α-fetoprotein",
        "de novo mutation?",
        "Gilles de la Tourette syndrome?",
        "Sjögren or lupus",
        "in situ vs. invasive",
        "café au lait spots?",
        "was it a grand mal",
        "No. of RBC units post-op?",
        "Müllerian duct?",
        "comment?",
        "la belle indifférence?",
        "a fib?",
        "El Salvador?",
    ],
)
def test_terms_of_the_clinic_are_no_other_language(question):
    assert is_english(question)


def test_no_question_of_any_set_is_taken_for_another_language():
    records = (json.loads(line) for path in QUESTIONS for line in path.read_text(encoding="utf-8").splitlines())
    turns = [turn for record in records for turn in record.get("turns", ())]
    assert len(turns) > 15_000
    assert [turn for turn in turns if not is_english(turn)] == []
