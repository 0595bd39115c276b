"""Quotes held against newer copies of their documents: they stand, have moved, or are gone; an unread copy says so."""

import json

import pytest
from typer.testing import CliRunner

from calcqa.answering.compose import laid_out
from calcqa.cli.main import app
from calcqa.conversations.newer import Standing, compare, corrected
from calcqa.conversations.transcripts import transcript, verify
from calcqa.documents.load import load
from calcqa.errors import InputError
from calcqa.index.open import open_index
from calcqa.types import Answer, Citation, Turn

OLD = "# Left knee\n\n## Plan\n\nRest was tried. A splint was worn for six weeks.\n\n## End\n\nThe pain had gone.\n"


@pytest.fixture
def saved(tmp_path, build_small):
    """Return a function that makes a knee's text an index and a transcript quoting two sentences of it."""

    def make(text=OLD, name="knee.md"):
        folder = tmp_path / f"knee{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
        index = open_index(build_small([folder / name], folder / "index").path)
        (document,) = index.documents.values()
        citations = []
        for quote in ("A splint was worn for six weeks.", "The pain had gone."):
            start = document.text.index(quote)
            passage = next(p for p in index.passages if p.start <= start < p.end)
            citations.append(
                Citation(
                    0, document.id, document.title, document.sha256, " › ".join(passage.headings), passage.id, quote,
                    start, start + len(quote), 0, 0, file_sha256=document.file_sha256,
                )
            )  # fmt: skip
        text, short, placed = laid_out(citations)
        answer = Answer("What then?", "What then?", text, short, placed, (), 0.9, None)
        return index, transcript([Turn("What then?", "What then?", answer)], index)

    return make


def newer(tmp_path, text, name="knee.md"):
    path = tmp_path / "new" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def standings(data, path):
    return [c.standing.value for c in compare(data, [load(path).document])]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ["stands", "stands"]),
        ("had gone.\n", "had gone.\n\nNothing more.\n", ["stands", "stands"]),
        ("Rest was tried.", "Rest was tried, in vain.", ["moved", "moved"]),
        ("six weeks", "two weeks", ["gone", "stands"]),
        ("## End", "The pain had gone. The pain had gone.\n\n## End", ["stands", "repeated"]),
        ("six weeks.", "six weeks.5 days.", ["gone", "moved"]),
        ("A splint", "No; A splint", ["gone", "moved"]),
        ("A splint was worn for six weeks.", "STOP: A splint was worn for six weeks.", ["gone", "moved"]),
    ],
)
def test_each_quote_stands_has_moved_or_is_gone(tmp_path, saved, old, new, expected):
    _, data = saved()
    assert standings(data, newer(tmp_path, OLD.replace(old, new, 1))) == expected


def test_a_conversation_whose_places_are_corrected_verifies_against_the_new_index(tmp_path, saved):
    _, data = saved()
    text = OLD.replace("Rest was tried.", "Rest was tried, in vain, for a month.").replace("# Left", "# The left")
    path = newer(tmp_path, text)
    index, _ = saved(text)
    assert verify(data, index)[1]
    with pytest.raises(InputError, match="another title"):
        corrected(data, [load(path).document])
    mended = corrected(data, [load(path).document], retitled=True)
    assert verify(mended, index) == (2, [])
    assert [c.standing for c in compare(mended, [load(path).document])] == [Standing.STANDS] * 2
    assert data == saved()[1]  # what was given is as it was


def test_a_quote_that_is_gone_cannot_be_corrected(tmp_path, saved):
    _, data = saved()
    path = newer(tmp_path, OLD.replace("six weeks", "two weeks"))
    with pytest.raises(InputError, match="Quote 1 of turn 1 is gone"):
        corrected(data, [load(path).document])


def test_copies_are_told_apart_by_text_then_name_then_title(tmp_path, saved):
    _, data = saved()
    other = newer(tmp_path, "# Right knee\n\nThe pain had gone.\n", "right.md")
    copy = newer(tmp_path, OLD.replace("Rest", "Much rest"))
    documents = [load(other).document, load(copy).document]
    assert {c.document.source for c in compare(data, documents)} == {"knee.md"}
    assert [c.standing for c in compare(data, [documents[0], documents[0]])] == [Standing.UNREAD] * 2
    assert [c.standing for c in compare(data, [documents[0]], unread=1)] == [Standing.UNREAD] * 2
    assert all(c.retitled for c in compare(data, [documents[0]]))  # alone, and of another title: it may be another


@pytest.mark.parametrize("data", [{}, [], {"turns": [{}]}, {"citations": [{"quote": "x"}]}, 7, {"citations": [7]}])
def test_what_is_no_conversation_is_refused(data):
    with pytest.raises(InputError, match="not a saved conversation"):
        compare(data, [])


def test_at_the_command_line(tmp_path, saved):
    def run(*arguments):
        return CliRunner().invoke(app, ["verify", *map(str, arguments)])

    _, data = saved()
    file, out = tmp_path / "saved.json", tmp_path / "out.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    moved = newer(tmp_path, OLD.replace("Rest was", "Much rest was"))
    result = run(file, "--against", moved, "--correct", out)
    assert result.exit_code == 0 and "turn 1 [1]: moved to" in result.output
    assert "0 stands, 2 moved, 0 repeated, 0 gone, 0 unread; 2 quotes." in result.output
    assert run(out, "--against", moved).exit_code == 0
    broken = tmp_path / "new" / "broken.md"
    broken.write_bytes(b"\xff\xfe\xff")
    result = run(file, "--against", broken)
    assert result.exit_code == 1 and "Unread: " in result.output
    assert "2 unread" in result.output and "gone:" not in result.output
    assert isinstance(run(file, "--correct", out).exception, InputError)
    gone = newer(tmp_path, OLD.replace("six weeks", "two weeks"))
    result = run(file, "--against", gone.parent, "--correct", tmp_path / "none.json")
    assert result.exit_code == 1 and "Not written: " in result.output and not (tmp_path / "none.json").exists()
    other = newer(tmp_path, OLD.replace("# Left knee", "# Right knee"))
    result = run(file, "--against", other, "--correct", tmp_path / "none.json")
    assert "in “Right knee”, a document of another title" in result.output
    assert isinstance(result.exception, InputError) and not (tmp_path / "none.json").exists()
    assert run(file, "--against", other, "--correct", tmp_path / "none.json", "--retitled").exit_code == 0


def test_namesakes_are_told_apart_by_their_folders(tmp_path, saved):
    import dataclasses

    _, data = saved()
    data = json.loads(json.dumps(data))
    data["index"]["documents"][0]["source"] = "w2/knee.md"
    document = load(newer(tmp_path, OLD)).document
    copies = [dataclasses.replace(document, id=n, source=f"/x/{n}/knee.md") for n in ("w1", "w2")]
    assert {c.document.id for c in compare(data, copies)} == {"w2"}
