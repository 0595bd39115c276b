"""The workspace: own documents beside a shared base, their limits, and the folder of those that stay."""

import os
import re
import shutil
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import calcqa
from calcqa import workspace as module
from calcqa.assistant import Assistant
from calcqa.config import ChunkSettings
from calcqa.errors import DocumentError, IndexFormatError, InputError
from calcqa.index.build import build_index
from calcqa.index.open import open_index
from calcqa.server import saved_documents
from calcqa.server.saved_documents import save_upload, saved
from calcqa.workspace import Limits, Singles, Workspace, file_name
from helpers.fakes import SentenceReader
from helpers.paths import REPO
from helpers.small import FakeEncoder

BITE = "# Dog bite\n\nA farmer was bitten by a dog. Pasteurella multocida grew from the wound.\n"
BURN = "# Burn\n\nA cook burned his wrist with boiling oil. Silver sulfadiazine was applied to the burn.\n"
GREW = "What grew from the wound of the farmer?"
HURT = "Which joint hurt?"


@pytest.fixture
def base(small_index, fake_encoder):
    """An assistant over the invented report; its reader knows what grew from the other one's wound."""
    return Assistant(open_index(small_index), fake_encoder, SentenceReader("Pasteurella"))


@pytest.fixture
def two(tmp_path, small_source, build_small, fake_encoder):
    """An assistant over two reports."""
    (tmp_path / "burn.md").write_text(BURN, encoding="utf-8")
    index = build_small([small_source, tmp_path / "burn.md"], tmp_path / "two").path
    return Assistant(open_index(index), fake_encoder)


@pytest.fixture
def file(tmp_path):
    """Write a file where uploads are kept: `file(text, name)`."""
    folder = tmp_path / "uploads"
    folder.mkdir()

    def write(text, name="x1.md"):
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    return write


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder for temporary ones; whatever a test does, nothing is left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


# Adding and asking


def test_with_nothing_added_the_base_itself_is_asked(base):
    workspace = Workspace(base)
    assert workspace.assistant() is base and workspace.own == ()
    assert workspace.documents() == base.documents()
    assert workspace.assistant(base.documents()[0].id) is base  # it has no other document


def test_what_is_added_is_asked_together_with_the_base_or_alone(base, file):
    workspace = Workspace(base)
    document = workspace.add(file(BITE))
    assert workspace.own == (document,) and workspace.documents() == [*base.documents(), document]
    answer = workspace.assistant().ask(GREW)
    assert [c.document_id for c in answer.citations] == [document.id] and "Pasteurella" in answer.text
    assert workspace.assistant().ask(HURT).citations == base.ask(HURT).citations != ()
    assert workspace.assistant(document.id).documents() == [document]
    assert workspace.assistant(document.id).ask(GREW).citations == answer.citations
    assert workspace.assistant(document.id).ask(HURT).abstention
    assert workspace.assistant(base.documents()[0].id).ask(GREW).abstention
    assert base.documents() == workspace.documents()[:1] and base.ask(GREW).abstention  # it is as it was


def test_what_is_added_is_cut_encoded_read_and_judged_as_the_base_is(
    tmp_path, small_source, build_small, fake_encoder, file
):
    index = open_index(build_small([small_source], tmp_path / "cut", chunking=ChunkSettings(max_pieces=14)).path)
    base = Assistant(index, fake_encoder, SentenceReader("wound"))
    workspace = Workspace(base)
    document = workspace.add(file(BITE))
    assert len(workspace.assistant(document.id).index.passages) == 2  # one, were it cut by default
    for assistant in (workspace.assistant(), workspace.assistant(document.id)):
        assert assistant.encoder is base.encoder and assistant.reader is base.reader
        assert assistant.index.weights == index.weights
        assert assistant.index.encoder_settings == index.encoder_settings


@pytest.mark.parametrize(
    ("given", "source", "title"),
    [
        ("", "x1.md", "X1"),
        ("left-wrist_2.md", "left-wrist_2.md", "Left wrist 2"),
        ("C:\\Users\\me\\Dog bite (2).MD", "Dog bite (2).MD", "Dog bite (2)"),
        ("../../etc/notes.txt", "notes.txt", "Notes"),
        ("a\u202e\nb.md", "a b.md", "A b"),
        ("..", "x1.md", "X1"),
    ],
)
def test_a_document_is_known_by_the_name_its_owner_gave_it(base, file, given, source, title):
    workspace = Workspace(base)
    document = workspace.add(file("Pasteurella grew.\n"), given)
    assert (document.source, document.title) == (source, title)
    assert workspace.assistant().document(document.id) == document


def test_its_kind_is_told_by_that_name_too(base, file):
    document = Workspace(base).add(file(BITE, "0a1b2c"), "bite.md")
    assert document.title == "Dog bite"  # a heading in Markdown


def test_a_name_may_be_of_any_length(base, file):
    document = Workspace(base).add(file(BITE), "ä" * 500 + ".md")
    assert document.source == "ä" * 98 + ".md"


def test_an_assistant_serves_until_documents_come_or_go(base, file):
    workspace = Workspace(base)
    bite, burn = workspace.add(file(BITE)), workspace.add(file(BURN))
    both, alone = workspace.assistant(), workspace.assistant(bite.id)
    assert workspace.assistant() is both and workspace.assistant(bite.id) is alone
    workspace.remove(burn.id)
    assert workspace.assistant().documents() == [*base.documents(), bite] and workspace.assistant(bite.id) is alone
    workspace.add(file(BURN))
    assert [d.id for d in workspace.assistant().documents()] == [d.id for d in both.documents()]
    assert both.document(burn.id) == burn  # who still asks it is not disturbed


def test_what_is_removed_is_gone_and_the_base_cannot_be_removed(base, file):
    workspace = Workspace(base)
    bite = workspace.add(file(BITE))
    workspace.remove(bite.id)
    assert workspace.own == () and workspace.assistant() is base
    for document_id in (bite.id, base.documents()[0].id):
        with pytest.raises(InputError, match="of your own here"):
            workspace.remove(document_id)
    with pytest.raises(InputError, match="There is no document"):
        workspace.assistant(bite.id)


def test_its_former_name_stays():
    assert module.Shelf is Workspace


def test_workspaces_share_the_documents_of_their_base_one_by_one(two, file):
    singles = Singles(two)
    one, other = Workspace(two, singles=singles), Workspace(two, singles=singles)
    burn = two.documents()[1]
    assert one.assistant(burn.id) is other.assistant(burn.id)
    assert one.assistant(burn.id).documents() == [burn]
    bite = one.add(file(BITE))
    assert other.documents() == two.documents()
    with pytest.raises(InputError, match="There is no document"):
        other.assistant(bite.id)


def test_a_few_documents_are_asked_together(base, file):
    workspace = Workspace(base)
    knee, burn, bite = base.documents()[0], workspace.add(file(BURN)), workspace.add(file(BITE))
    singles = Singles(workspace.assistant())
    pair = singles.of(bite.id, knee.id)
    assert {d.id for d in pair.documents()} == {knee.id, bite.id}
    assert singles.of(knee.id, bite.id) is pair and singles.of(knee.id, burn.id, bite.id) is workspace.assistant()
    with pytest.raises(InputError, match=r"no document 'hip' in this index\."):
        singles.of(knee.id, "hip")


# What is refused


def test_the_same_text_is_refused_by_the_name_of_what_has_it(base, small_source, file):
    workspace = Workspace(base)
    with pytest.raises(InputError, match=r"copy\.md has the same text as “Left knee” \(knee\.md\), which is here"):
        workspace.add(small_source, "copy.md")
    workspace.add(file(BITE), "bite.md")
    with pytest.raises(InputError, match=r"again\.md has the same text as “Dog bite” \(bite\.md\)"):
        workspace.add(file(BITE), "again.md")
    assert [d.source for d in workspace.own] == ["bite.md"]


def test_documents_beyond_the_limit_are_refused(base, file):
    workspace = Workspace(base, Limits(documents=1))
    bite = workspace.add(file(BITE))
    with pytest.raises(InputError, match="At most 1 of your own documents can be here"):
        workspace.add(file(BURN))
    workspace.remove(bite.id)
    assert workspace.add(file(BURN)).title == "Burn"


def test_a_file_beyond_the_limit_is_refused_unread(base, file, monkeypatch):
    size = len(BITE.encode())
    assert Workspace(base, Limits(bytes=size)).add(file(BITE))
    monkeypatch.setattr(module, "load_apart", lambda *a: pytest.fail("read in vain"))
    with pytest.raises(InputError, match=rf"x1\.md has {size} bytes; a file may have at most {size - 1}\."):
        Workspace(base, Limits(bytes=size - 1)).add(file(BITE))


def test_text_beyond_the_limit_is_refused_unencoded(base, file, monkeypatch):
    lengths = [len(Workspace(base).add(file(text)).text) for text in (BITE, BURN)]
    workspace = Workspace(base, Limits(characters=sum(lengths)))
    assert workspace.add(file(BITE)) and workspace.add(file(BURN))
    workspace = Workspace(base, Limits(characters=sum(lengths) - 1))
    bite = workspace.add(file(BITE))
    monkeypatch.setattr(module, "index_of", lambda *a, **k: pytest.fail("encoded in vain"))
    with pytest.raises(InputError, match=f"would have {sum(lengths)} characters; they may have at most"):
        workspace.add(file(BURN))
    assert workspace.own == (bite,)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (" \n", "notes.md", r"^notes\.md is empty\.$"),
        ("a\0b", "notes.md", r"^notes\.md is a binary file, not text\.$"),
        ("A text.", "notes.exe", r"^notes\.exe is of a kind that cannot be loaded; these can: .*\.md"),
        ("A text.", "notes", r"^notes is of a kind that cannot be loaded"),
        ("---\ntitle: Nothing else\n---\n", "notes.md", r"^notes\.md has no text\.$"),
    ],
)
def test_what_cannot_be_loaded_is_said_by_its_own_name(base, file, text, name, said):
    workspace = Workspace(base)
    with pytest.raises(DocumentError, match=said):
        workspace.add(file(text), name)
    assert workspace.own == ()


def test_what_cannot_be_read_is_said_by_its_own_name(base, tmp_path, file):
    for path in (tmp_path / "nowhere.md", file("").parent):
        with pytest.raises(DocumentError, match=r"^notes\.md cannot be read: (No such file|it is no file)"):
            Workspace(base).add(path, "notes.md")


def test_a_document_of_headings_alone_is_refused(base, file):
    with pytest.raises(InputError, match="no text to search"):
        Workspace(base).add(file("# Title\n\n## One\n"))


def test_more_sentences_than_the_limit_are_refused_unencoded(base, file, monkeypatch):
    assert Workspace(base, Limits(sentences=4)).add(file("This is one. " * 4 + "\n"))
    monkeypatch.setattr(module, "index_of", lambda *a, **k: pytest.fail("encoded in vain"))
    with pytest.raises(InputError, match=r"^x1\.md has 5 sentences; a document of your own may have at most 4\.$"):
        Workspace(base, Limits(sentences=4)).add(file("This is one. " * 5 + "\n"))
    with pytest.raises(InputError, match=r"^x\.txt has 9,999 sentences"):
        Workspace(base).add(file("It was so. " * 9_999), "x.txt")


@pytest.mark.parametrize(
    ("limits", "said"), [({"seconds": 1}, "takes too long"), ({"memory": 100_000_000}, "needs too much memory")]
)
def test_what_costs_too_much_to_read_is_refused(base, file, limits, said):
    with pytest.raises(DocumentError, match=rf"^bomb\.md {said}"):
        Workspace(base, Limits(**limits)).add(file("- a\n" * 500_000), "bomb.md")


# Cancelled, and at once


@pytest.mark.parametrize("stage", ["reading", "encoding", "learning"])
def test_a_cancelled_document_is_not_added(base, file, stage):
    class CancelledError(Exception):
        pass

    def progress(now, done, total):
        if now == stage:
            raise CancelledError

    workspace = Workspace(base)
    with pytest.raises(CancelledError):
        workspace.add(file(BITE), progress=progress)
    assert workspace.own == () and workspace.assistant() is base
    assert workspace.add(file(BITE))


def test_while_one_is_added_the_others_can_be_asked(base, file):
    workspace = Workspace(base)
    workspace.add(file(BITE))
    answers = []

    def progress(stage, done, total):
        thread = threading.Thread(target=lambda: answers.append(workspace.assistant().ask(GREW).text), daemon=True)
        thread.start()
        thread.join(timeout=60)

    workspace.add(file(BURN), progress=progress)
    assert answers and all("Pasteurella" in text for text in answers)


def test_added_at_once_no_more_get_in_than_one_after_another(base, file):
    workspace = Workspace(base, Limits(documents=3))
    paths = [file(f"# Case {n}\n\nThis is case {n}.\n", f"{n}.md") for n in range(6)]
    together = threading.Barrier(len(paths))

    def add(path):
        met = iter([True])

        def progress(stage, done, total):
            if next(met, False):  # all have been let in by then
                together.wait(timeout=60)

        try:
            return workspace.add(path, progress=progress)
        except InputError as error:
            return str(error)

    with ThreadPoolExecutor(len(paths)) as pool:
        results = list(pool.map(add, paths))
    assert len([r for r in results if not isinstance(r, str)]) == 3 == len(workspace.own)
    assert all("At most 3" in r for r in results if isinstance(r, str))
    assert {d.id for d in workspace.assistant().documents()} == {d.id for d in workspace.documents()}


# The folder of those that stay


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "b.md").write_text(BITE, encoding="utf-8")
    (folder / "a.txt").write_text("The cook burned his wrist.\n", encoding="utf-8")
    return folder


@pytest.fixture
def builds(monkeypatch):
    """The names of the files that are indexed from now on."""
    names = []

    def build(paths, *args, _build=saved_documents.build_index, **options):
        names.extend(p.name for p in paths)
        return _build(paths, *args, **options)

    monkeypatch.setattr(saved_documents, "build_index", build)
    return names


def test_what_stays_is_asked_after_the_base(base, folder):
    assistant = saved(base, folder)
    assert [d.source for d in assistant.documents()] == ["knee.md", "a.txt", "b.md"]
    assert "Pasteurella" in assistant.ask(GREW).text
    assert assistant.encoder is base.encoder and assistant.reader is base.reader


def test_a_folder_with_nothing_to_load_changes_nothing(base, tmp_path, small_source, caplog):
    assert saved(base, tmp_path / "nowhere") is base
    folder = tmp_path / "kept"
    (folder / "deeper.md").mkdir(parents=True)
    (folder / "deeper.md" / "c.md").write_text(BITE)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.md").write_text(BITE)
    (folder / "copy.md").write_bytes(small_source.read_bytes())
    assert saved(base, folder) is base and not caplog.records


def test_what_cannot_be_loaded_is_left_out_and_said(base, folder, caplog):
    (folder / "aa.md").write_bytes(b"\xff\xfe\xff")
    (folder / "ab.md").write_text("# Only\n\n## Headings\n")
    (folder / "c.md").write_text(BITE)  # the same as b.md
    assert [d.source for d in saved(base, folder).documents()] == ["knee.md", "a.txt", "b.md"]
    assert [r.levelname for r in caplog.records] == ["WARNING"] * 2
    assert "aa.md is left out" in caplog.text and "ab.md is left out: The documents hold no text" in caplog.text


def test_the_next_start_builds_nothing(base, folder, builds):
    before = saved(base, folder)
    assert builds == ["a.txt", "b.md"]
    after = saved(base, folder)
    assert builds == ["a.txt", "b.md"]
    assert after.documents() == before.documents() and after.ask(GREW) == before.ask(GREW)


def test_sidecars_are_for_builds(base, folder):
    (folder / "b.questions.jsonl").write_text("not looked at")
    assistant = saved(base, folder)
    assert len(assistant.documents()) == 3 and assistant.index.faq == base.index.faq


def test_an_index_of_another_encoder_is_built_again(base, folder, builds, small_source, build_small, tmp_path):
    class OtherEncoder(FakeEncoder):
        sha256 = "f" * 64

    saved(base, folder)
    builds.clear()
    index = build_small([small_source], tmp_path / "other", encoder=OtherEncoder()).path
    saved(Assistant(open_index(index), OtherEncoder()), folder)
    assert builds == ["a.txt", "b.md"]


def test_an_index_cut_otherwise_is_built_again(base, folder, builds, small_source, build_small, tmp_path):
    saved(base, folder)
    builds.clear()
    index = build_small([small_source], tmp_path / "cut", chunking=ChunkSettings(max_pieces=14)).path
    assistant = saved(Assistant(open_index(index), base.encoder), folder)
    assert builds == ["a.txt", "b.md"]
    assert len([p for p in assistant.index.passages if p.document_id == assistant.documents()[2].id]) == 2


def test_small_talk_is_kept_with_the_base_alone(base, folder, builds):
    assistant = saved(base, folder)
    cached = folder / ".index" / assistant.documents()[2].id
    assert open_index(cached).faq == () and assistant.index.faq == base.index.faq
    builds.clear()
    build_index([folder / "b.md"], cached, base.encoder, ChunkSettings(), base.index.weights)  # as it was kept before
    assert open_index(cached).faq
    saved(base, folder)
    assert builds == ["b.md"] and open_index(cached).faq == ()


def test_a_file_renamed_changed_or_gone_is_noticed(base, folder, builds):
    saved(base, folder)
    builds.clear()
    (folder / "b.md").rename(folder / "c.md")
    assert [d.source for d in saved(base, folder).documents()] == ["knee.md", "a.txt", "c.md"]
    assert builds == ["c.md"]
    (folder / "a.txt").write_text("The cook burned his hand.\n", encoding="utf-8")
    assistant = saved(base, folder)
    assert "hand" in assistant.documents()[1].text and builds == ["c.md", "a.txt"]
    (folder / "c.md").unlink()
    assistant = saved(base, folder)
    # Nothing stays on the disk of a text that was taken away.
    assert {p.name for p in (folder / ".index").glob("[!.]*")} == {assistant.documents()[1].id}


@pytest.mark.parametrize("damage", ["a file", "the manifest", "all"])
def test_a_damaged_index_is_built_again(base, folder, builds, damage):
    before = saved(base, folder)
    builds.clear()
    cached = folder / ".index" / before.documents()[2].id
    if damage == "a file":
        (cached / "passages.jsonl").write_text("")
    for path in cached.glob("*"):
        if damage == "all" and path.is_file() or damage == "the manifest" and path.name == "manifest.json":
            path.unlink()
    assert saved(base, folder).documents() == before.documents()
    assert builds == ["b.md"] and open_index(cached)


def test_a_folder_that_cannot_be_written_to_is_said(base, folder):
    (folder / ".index").write_text("in the way")
    with pytest.raises(IndexFormatError, match="Cannot write to"):
        saved(base, folder)


# Saving


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Dog bite 2.md", "Dog bite 2.md"),
        ("Größe_日本-1.txt", "Größe_日本-1.txt"),
        ("Größe.txt", "Größe.txt"),
        ("a:b*c?<d>|.md", "abcd.md"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\notes.md", "notes.md"),
        (".bashrc", "document.bashrc"),
        ("...hidden.md", "hidden.md"),
        (".index", "document.index"),
        ("(((.md", "document.md"),
        ("", "document"),
        ("..", "document"),
        ("x\0y\n.md", "xy.md"),
        ("ä" * 500 + ".md", "ä" * 98 + ".md"),
    ],
)
def test_a_file_is_saved_under_a_safe_name(tmp_path, given, kept):
    saved_as = save_upload(tmp_path / "new" / "kept", BITE.encode(), given)
    assert saved_as == tmp_path / "new" / "kept" / kept
    assert saved_as.read_text(encoding="utf-8") == BITE


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=300) | st.text("./\\ .\0a", max_size=12))
def test_no_name_leaves_the_folder_hides_or_has_parts(tmp_path, name):
    folder = tmp_path / "kept"
    saved_as = save_upload(folder, BITE.encode(), name)
    assert saved_as.parent == folder and saved_as.resolve().parent == folder.resolve()
    assert not saved_as.name.startswith((".", " ")) and saved_as.read_text(encoding="utf-8") == BITE
    shown = file_name(name)
    assert "/" not in shown and "\\" not in shown and "\n" not in shown and file_name(shown) == shown


def test_nothing_is_overwritten(tmp_path):
    folder = tmp_path / "kept"
    names = [save_upload(folder, f"Text {n}.".encode(), "notes.md").name for n in range(3)]
    assert names == ["notes.md", "notes-2.md", "notes-3.md"]
    assert [(folder / name).read_text() for name in names] == ["Text 0.", "Text 1.", "Text 2."]
    (folder / "link.md").symlink_to(tmp_path / "nowhere")
    assert save_upload(folder, b"A text.", "link.md").name == "link-2.md"


def test_saved_at_once_each_has_a_file_of_its_own(tmp_path):
    folder = tmp_path / "kept"
    contents = [f"Text {n}. ".encode() * 5_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda content: save_upload(folder, content, "notes.md"), contents))
    assert len(set(found)) == 8
    assert [p.read_bytes() for p in found] == contents


def test_a_file_that_cannot_be_saved_leaves_nothing_behind(tmp_path, monkeypatch):
    folder = tmp_path / "kept"

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saved_documents.os, "fsync", full)
    with pytest.raises(InputError, match=r"^notes\.md cannot be saved: No space left on device\.$"):
        save_upload(folder, BITE.encode(), "notes.md")
    assert [p.name for p in folder.iterdir() if p.name != ".lock"] == []


def test_what_is_saved_is_there_at_the_next_start(base, tmp_path, file):
    workspace, folder = Workspace(base), tmp_path / "kept"
    document = workspace.add(file(BITE), "Dog bite.md")
    save_upload(folder, BITE.encode(), "Dog bite.md")
    assert saved(base, folder).documents() == [*base.documents(), document]


# A folder that others may write to


@pytest.fixture
def outside(tmp_path):
    """A folder and a file that are not ours; they stay as they are."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.md").write_text("# Secret\n\nThe password is swordfish.\n")
    yield folder
    assert [(p.name, p.read_text()) for p in folder.iterdir()] == [
        ("secret.md", "# Secret\n\nThe password is swordfish.\n")
    ]


def test_a_link_among_what_stays_is_left_out_and_said(base, folder, outside, caplog):
    (folder / "c.md").symlink_to(outside / "secret.md")
    assert [d.source for d in saved(base, folder).documents()] == ["knee.md", "a.txt", "b.md"]
    assert [r.getMessage() for r in caplog.records] == ["c.md is left out: it is a link"]


def test_indexes_are_not_kept_through_a_link(base, folder, outside):
    (folder / ".index").symlink_to(outside)
    with pytest.raises(IndexFormatError, match="is a link; indexes are kept in a folder"):
        saved(base, folder)


def test_an_index_that_is_a_link_is_not_followed(base, folder, outside):
    documents = saved(base, folder).documents()
    kept = folder / ".index" / documents[2].id
    shutil.rmtree(kept)
    kept.symlink_to(outside)
    with pytest.raises(IndexFormatError):
        saved(base, folder)


@pytest.mark.parametrize("name", ["photos", "0123456789abcdef", ".0123456789abcdef.new", "x.md", "0" * 16 + ".lock.d"])
def test_nothing_is_deleted_that_was_not_made_here(base, folder, name):
    saved(base, folder)
    foreign = folder / ".index" / name
    foreign.mkdir()
    (foreign / "holiday.jpg").write_bytes(b"jpg")
    saved(base, folder)
    assert (foreign / "holiday.jpg").read_bytes() == b"jpg"


def test_a_link_to_a_folder_is_neither_followed_nor_emptied(base, folder, outside):
    saved(base, folder)
    for name in ("0123456789abcdef", ".0123456789abcdef.old"):
        (folder / ".index" / name).symlink_to(outside)
    saved(base, folder)


def test_what_a_killed_start_left_is_deleted(base, folder):
    documents = saved(base, folder).documents()
    kept = folder / ".index" / documents[2].id
    for name in (f".{kept.name}.new", f".{'0' * 16}.new", "1" * 16):
        shutil.copytree(kept, kept.with_name(name))
    (folder / ".unfinished").write_text("half of")
    assert saved(base, folder).documents() == documents
    assert {p.name for p in (folder / ".index").iterdir() if not p.name.endswith(".lock")} == {
        d.id for d in documents[1:]
    }
    assert not (folder / ".unfinished").exists()


@pytest.mark.parametrize("name", [".unfinished", ".lock"])
def test_an_upload_is_not_written_through_a_link(tmp_path, outside, name):
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / name).symlink_to(outside / "secret.md")
    try:
        saved_as = save_upload(folder, BITE.encode(), "bite.md")
    except InputError as error:
        assert "cannot be saved" in str(error)
    else:
        assert saved_as.read_text() == BITE and not saved_as.is_symlink()


def test_nothing_of_what_is_only_added_is_put_on_the_disk(base, file, monkeypatch, tmp_path):
    path = file(BITE)
    opened = []

    def watch(event, arguments):
        if event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            opened.append(arguments[0])
        elif event in ("os.mkdir", "os.rename", "tempfile.mkdtemp", "tempfile.mkstemp"):
            opened.append((event, *arguments))

    watching = [True]
    sys.addaudithook(lambda event, arguments: watch(event, arguments) if watching else None)
    Workspace(base).add(path)
    watching.clear()
    assert set(opened) <= {os.devnull}  # where the process that reads has nowhere to complain to


# The real thing


@pytest.mark.models
def test_beside_the_shipped_report_a_document_of_ones_own_answers(file):
    base = calcqa.open(REPO / "index")
    workspace = Workspace(base)
    bite = workspace.add(file(BITE), "bite.md")
    answer = workspace.assistant().ask("What grew from the farmer's wound after the dog bite?")
    assert "Pasteurella multocida" in answer.text and answer.citations[0].document_id == bite.id
    culture = "What did the wound culture grow?"
    assert [c.quote for c in workspace.assistant().ask(culture).citations] == [
        c.quote for c in base.ask(culture).citations
    ]
    assert workspace.assistant(bite.id).ask("Which drug was given for the calcinosis?").abstention


def test_a_file_of_a_name_that_is_here_already_is_told_apart_by_its_size_and_time(base):
    workspace = Workspace(base)
    first, second = (workspace.add(f"Ward {n}\n\nThe knee hurt.".encode(), "ward.txt") for n in (1, 22))
    assert first.source == "ward.txt"
    assert re.fullmatch(r"ward\.txt \(23 bytes, added \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)", second.source)
