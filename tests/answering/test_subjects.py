"""What two documents are about: one patient or one disease, as far as their words and their likeness say."""

from types import SimpleNamespace

import pytest

from calcqa.answering import disagreement
from calcqa.index.open import open_index
from calcqa.language.people import may_be_one_patient

BURN = (
    "Scald of the left forearm from a kettle. Blisters were deroofed and a silver dressing was put on. "
    "Cold running water had been used for twenty minutes by the neighbour."
)
VISIT = (
    "The burnt skin is healing under its bandage, although the dressing stuck to the raw wound. "
    "Itching keeps the girl awake. The nursery has been told, and hot drinks are now out of reach."
)


@pytest.fixture
def about_one(tmp_path, build_small, monkeypatch):
    """Say whether two texts that are as alike as given are about one subject: `about_one(likeness, one, other)`."""

    def judge(likeness, *texts):
        folder = tmp_path / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number}.md").write_text(f"# Note\n\n{text}\n", encoding="utf-8")
        index = open_index(build_small([folder], tmp_path / "index").path)
        monkeypatch.setattr(disagreement, "_likeness", lambda *_: likeness)
        case = SimpleNamespace(index=index, retrieved=SimpleNamespace(corrected="When should the dressing be changed?"))
        return disagreement._one_subject(*index.documents, case)

    return judge


@pytest.mark.parametrize(("likeness", "expected"), [(0.5, True), (0.2, False)])
def test_brief_documents_that_share_few_words_are_about_one_where_they_are_alike(about_one, likeness, expected):
    assert about_one(likeness, BURN, VISIT) is expected


def test_long_documents_must_share_more_for_some_words_are_in_all(about_one):
    organs = "liver spleen kidney bladder prostate pancreas stomach colon lung heart thyroid larynx tongue ear".split()
    usual = [f"The {organ} was examined, with ultrasound of the {organ}." for organ in organs]
    ours, theirs = ([f"{word}{n} {word}ase{n} {word}itis{n}." for n in range(40)] for word in ("Kal", "Vor"))
    assert not about_one(0.4, *(" ".join([*usual, *own]) for own in (ours, theirs)))


def test_the_likeness_of_documents_is_that_of_what_they_say(tmp_path, build_small):
    for name, text in {"a": BURN, "b": BURN, "c": "An extracted tooth."}.items():
        (tmp_path / f"{name}.md").write_text(f"# Note {name}\n\n{text}\n", encoding="utf-8")
    index = open_index(build_small([tmp_path], tmp_path / "index").path)
    one, same, other = sorted(index.documents, key=lambda d: index.documents[d].title)
    assert disagreement._likeness(one, other, index) < disagreement._likeness(one, same, index) <= 1.001


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mrs Hale was admitted. Surgeon: Miss Farrow.", "Mrs Hale did well.", True),
        ("Surgeon: Miss Farrow. The womb was removed.", "Mr Delacroix performed your hysterectomy.", True),
        ("Seen in Mr Delacroix's clinic.", "Mrs Hale did well.", True),
        ("Mrs Hale did well.", "Mrs Quist did well.", False),
        ("This man has gout.", "A woman with gout.", False),
        ("This man has gout.", "His gout is better.", True),
    ],
)
def test_surnames_of_staff_do_not_tell_patients_apart_and_one_noun_tells_the_sex(one, other, same):
    assert may_be_one_patient(one, other) is same
