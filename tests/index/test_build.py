"""Building: what goes in, what is refused, and that what stands already is never harmed."""

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from calcqa import __version__
from calcqa.config import ChunkSettings
from calcqa.documents.chunking import in_context
from calcqa.errors import DocumentError, IndexFormatError, InputError, SidecarError
from calcqa.faq.entries import not_questions
from calcqa.index import directory, exchange
from calcqa.index.index import counts
from calcqa.index.manifest import file_sha256
from calcqa.index.open import find_index, open_index
from calcqa.parameters import Weights
from calcqa.types import text_hash
from helpers.paths import TESTS


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def beside(out):
    """Return what stands beside `out`, the lock of builds left out."""
    return sorted(p.name for p in out.parent.iterdir() if p != out and p.name != f".{out.name}.lock")


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    (folder / "deeper").mkdir(parents=True)
    (folder / "b.md").write_text("# B\n\nThe second.\n")
    (folder / "a.txt").write_text("The first.\n")
    (folder / "deeper" / "c.MARKDOWN").write_text("# C\n\nThe third.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\x00")
    (folder / "b.questions.jsonl").write_text('{"question": "Which?", "evidence": ["The second."]}\n')
    return folder


# What is made


def test_the_manifest_says_what_the_index_was_made_of(small_source, small_index, fake_encoder):
    manifest = json.loads((small_index / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["program"] == f"calcqa {__version__}"
    assert manifest["encoder"] == {
        "name": "fake", "sha256": fake_encoder.sha256, "dimension": 256, "window": 256,
    }  # fmt: skip
    assert manifest["chunking"] == {"max_pieces": 256, "max_tokens": 0}
    assert manifest["counts"] == {
        "documents": 1, "passages": 5, "sentences": 10, "questions": 4, "gaps": 1 + len(not_questions()),
    }  # fmt: skip
    assert Weights.from_dict(manifest["weights"]) == Weights()
    (source,) = manifest["sources"]
    sidecar = small_source.with_name("knee.questions.jsonl")
    assert (source["source"], source["sha256"]) == ("knee.md", file_sha256(small_source))
    assert (source["sidecar"], source["sidecar_sha256"]) == (sidecar.name, file_sha256(sidecar))
    on_disk = set(contents(small_index)) - {"manifest.json"}
    assert manifest["files"] == {
        name: {"bytes": (small_index / name).stat().st_size, "sha256": file_sha256(small_index / name)}
        for name in on_disk
    }


def test_the_same_sources_give_the_same_index(tmp_path, small_source, small_index, build_small):
    again = build_small([small_source], tmp_path / "again").path
    assert contents(again) == contents(small_index)


def test_the_report_says_what_was_made_and_left_out(tmp_path, small_source, build_small):
    small_source.write_text(small_source.read_text() + "\n![a picture](x.png)\n")
    report = build_small([small_source], tmp_path / "index")
    assert report.path == tmp_path / "index" and set(report.dropped) == {"knee.md"}
    index = open_index(report.path)
    assert report.counts == counts(index, small_talk=False) != index.manifest["counts"] == counts(index)


def test_settings_and_weights_travel_with_the_index(tmp_path, small_source, build_small):
    out = build_small([small_source], tmp_path / "index", chunking=ChunkSettings(max_pieces=20, max_tokens=15)).path
    index = open_index(out)
    assert index.manifest["chunking"] == {"max_pieces": 20, "max_tokens": 15}
    assert len(index.passages) > 5


def test_progress_is_told(tmp_path, documents, build_small):
    told = []
    build_small([documents], tmp_path / "index", progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["reading", "encoding", "learning"]
    for stage in stages:
        done = [(d, total) for s, d, total in told if s == stage]
        assert done == sorted(done) and done[0][0] == 0 and done[-1][0] == done[-1][1] > 0


# What goes in


def test_folders_are_expanded(tmp_path, documents, build_small):
    report = build_small([documents], tmp_path / "index")
    index = open_index(report.path)
    assert [d.source for d in index.documents.values()] == ["a.txt", "b.md", "c.MARKDOWN"]
    assert report.counts["questions"] == 1


def test_files_and_folders_mix(tmp_path, documents, small_source, build_small):
    index = open_index(build_small([small_source, documents / "deeper"], tmp_path / "index").path)
    assert [d.source for d in index.documents.values()] == ["knee.md", "c.MARKDOWN"]


def test_without_sidecars_only_what_is_no_question_is_asked_ahead(tmp_path, small_source, build_small):
    small_source.with_name("knee.questions.jsonl").write_text("not looked at")
    index = open_index(build_small([small_source], tmp_path / "index", sidecars=False).path)
    assert index.faq == tuple(not_questions())
    assert index.manifest["sources"][0]["sidecar"] is None and not index.with_sidecar


@pytest.mark.parametrize("paths", [[], ["empty"]])
def test_nothing_to_build_from(tmp_path, build_small, paths):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.exe").write_bytes(b"MZ")
    with pytest.raises(DocumentError, match="There is no document to build from"):
        build_small([tmp_path / p for p in paths], tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_a_document_of_headings_alone(tmp_path, build_small):
    path = tmp_path / "bare.md"
    path.write_text("# Title\n\n## One\n\n## Two\n")
    with pytest.raises(InputError, match="no text to search"):
        build_small([path], tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_two_files_with_the_same_text(tmp_path, small_source, build_small):
    copy = tmp_path / "copy.md"
    copy.write_bytes(small_source.read_bytes())
    report = build_small([small_source, copy], tmp_path / "index")
    assert report.counts["documents"] == 1
    assert report.failed == {"copy.md": "copy.md has the same text as knee.md; name one of them."}
    with pytest.raises(DocumentError, match="does not exist"):
        build_small([tmp_path / "nowhere.md", tmp_path / "gone.md"], tmp_path / "index")


def test_a_missing_file(tmp_path, build_small):
    with pytest.raises(DocumentError, match="does not exist"):
        build_small([tmp_path / "nowhere.md"], tmp_path / "index")


# What stands already


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_index_is_not_overwritten(tmp_path, small_source, build_small, kind):
    out = tmp_path / "precious"
    if kind == "folder":
        out.mkdir()
        (out / "thesis.txt").write_text("years of work")
    else:
        out.write_text("years of work")
    with pytest.raises(IndexFormatError, match="is not an index and not empty; it is left as it is"):
        build_small([small_source], out)
    assert (out / "thesis.txt" if kind == "folder" else out).read_text() == "years of work"


def test_an_empty_folder_and_missing_parents_may_be_used(tmp_path, small_source, build_small):
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "empty", tmp_path / "one" / "two"):
        assert open_index(build_small([small_source], out).path).documents


def test_a_damaged_index_may_be_replaced(small_source, small_index, build_small):
    before = contents(small_index)
    (small_index / "vectors.npy").write_bytes(b"")
    build_small([small_source], small_index)
    assert contents(small_index) == before


def test_a_new_index_takes_the_place_of_the_old(documents, small_index, build_small):
    others = beside(small_index)
    build_small([documents], small_index)
    assert [d.source for d in open_index(small_index).documents.values()] == ["a.txt", "b.md", "c.MARKDOWN"]
    assert beside(small_index) == others


def test_a_link_to_an_index_leaves_nothing_behind(tmp_path, small_source, small_index, build_small):
    folder = tmp_path / "links"
    folder.mkdir()
    (folder / "index").symlink_to(small_index)
    build_small([small_source], folder / "index")
    assert beside(folder / "index") == []
    assert open_index(folder / "index").documents and open_index(small_index).documents


def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path, documents, small_index, build_small):
    link = tmp_path / "link"
    link.symlink_to(small_index)
    report = build_small([documents], link)
    assert link.is_symlink() and report.path == link
    assert len(open_index(link).documents) == len(open_index(small_index).documents) == 3


class Failure(Exception):
    """Raised on purpose."""


def fail_in_sidecar(source, encoder, monkeypatch):
    source.with_name("knee.questions.jsonl").write_text('{"question": "q", "evidence": ["nowhere"]}\n')
    return SidecarError


def fail_in_document(source, encoder, monkeypatch):
    source.write_bytes(b"\x00\x01")
    return DocumentError


def fail_in_encoder(source, encoder, monkeypatch):
    def encode(texts):
        raise Failure

    monkeypatch.setattr(encoder, "encode", encode)
    return Failure


def fail_after_a_batch(source, encoder, monkeypatch):
    batches = []
    original = encoder.encode

    def encode(texts):
        batches.append(texts)
        if len(batches) > 1:
            raise Failure
        return original(texts)

    monkeypatch.setattr(encoder, "encode", encode)
    return Failure


def fail_by_interruption(source, encoder, monkeypatch):
    def encode(texts):
        raise KeyboardInterrupt

    monkeypatch.setattr(encoder, "encode", encode)
    return KeyboardInterrupt


def fail_in_writing(source, encoder, monkeypatch):
    def write_manifest(folder, manifest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(directory, "write_manifest", write_manifest)
    return IndexFormatError


def fail_in_dimension(source, encoder, monkeypatch):
    monkeypatch.setattr(encoder, "dimension", 7)  # what is written cannot be opened
    return IndexFormatError


FAILURES = [
    fail_in_sidecar,
    fail_in_document,
    fail_in_encoder,
    fail_after_a_batch,
    fail_by_interruption,
    fail_in_writing,
    fail_in_dimension,
]


@pytest.mark.parametrize("fail", FAILURES, ids=lambda f: f.__name__)
def test_a_build_that_fails_changes_nothing(small_source, small_index, build_small, fake_encoder, monkeypatch, fail):
    before, others = contents(small_index), beside(small_index)
    small_source.write_text(small_source.read_text(encoding="utf-8").replace("normal", "high"), encoding="utf-8")
    expected = fail(small_source, fake_encoder, monkeypatch)
    with pytest.raises(expected):
        build_small([small_source], small_index)
    assert contents(small_index) == before
    assert beside(small_index) == others


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_build_stopped_between_the_two_renames_puts_the_old_index_back(
    small_source, small_index, build_small, monkeypatch, error
):
    before, others = contents(small_index), beside(small_index)
    rename = Path.rename

    def stop(path, target):
        if Path(target) == small_index and not path.name.endswith(".old"):
            raise error
        return rename(path, target)

    monkeypatch.setattr(exchange, "exchange", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(IndexFormatError if error is OSError else error):
        build_small([small_source], small_index)
    assert small_index.is_dir() and contents(small_index) == before
    assert beside(small_index) == others


KILLED = """
import os, sys
from pathlib import Path
from calcqa.index import exchange as exchanging
from calcqa.index.build import build_index
from calcqa.config import ChunkSettings
from calcqa.parameters import Weights
from helpers.small import FakeEncoder

source, out, at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
renamed, rename = [], Path.rename
exchanging.exchange = lambda one, other: False

def die(path, target):
    renamed.append(path)
    return os._exit(9) if len(renamed) == at else rename(path, target)

Path.rename = die
build_index([source], out, FakeEncoder(), ChunkSettings(), Weights())
"""


@pytest.mark.parametrize("at", [1, 2], ids=["before the first rename", "between the renames"])
def test_what_a_killed_build_left_behind_is_put_right_by_the_next(
    small_source, small_index, build_small, fake_encoder, monkeypatch, at
):
    before, others = contents(small_index), beside(small_index)
    arguments = [sys.executable, "-c", KILLED, str(small_source), str(small_index), str(at)]
    done = subprocess.run(arguments, cwd=TESTS, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    assert small_index.exists() == (at == 1) and beside(small_index) != others
    assert len(open_index(small_index).documents) == 1  # the old one serves on
    with monkeypatch.context() as patched:
        fail_in_encoder(small_source, fake_encoder, patched)
        with pytest.raises(Failure):
            build_small([small_source], small_index)
    assert contents(small_index) == before and beside(small_index) == others


def test_what_a_build_killed_after_the_renames_left_behind_is_cleared(small_source, small_index, build_small):
    others = beside(small_index)
    for name in ("new", "old"):
        shutil.copytree(small_index, small_index.with_name(f".{small_index.name}.{name}"))
    build_small([small_source], small_index)
    assert open_index(small_index).documents and beside(small_index) == others


def test_a_first_build_that_fails_leaves_nothing(tmp_path, small_source, build_small, fake_encoder, monkeypatch):
    fail_in_encoder(small_source, fake_encoder, monkeypatch)
    with pytest.raises(Failure):
        build_small([small_source], tmp_path / "index")
    assert not (tmp_path / "index").exists() and beside(tmp_path / "index") == ["source"]


def test_a_new_index_that_does_not_open_is_named_by_its_place(small_source, small_index, build_small, fake_encoder):
    fake_encoder.dimension = 7
    with pytest.raises(IndexFormatError) as raised:
        build_small([small_source], small_index)
    message = str(raised.value)
    assert message.startswith(f"The index at {small_index} cannot be read (vectors.npy holds")
    assert f".{small_index.name}." not in message


def test_what_the_encoder_may_not_read_is_not_laid_to_the_index(small_source, small_index, build_small, fake_encoder):
    def encode(texts):
        raise PermissionError(13, "Permission denied", "weights")

    fake_encoder.encode = encode
    with pytest.raises(PermissionError, match="weights"):
        build_small([small_source], small_index)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path, small_source, build_small):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexFormatError, match=r"Cannot write to .*file/index: "):
        build_small([small_source], tmp_path / "file" / "index")


def test_what_is_encoded_stays_within_the_window_whatever_the_headings(tmp_path, build_small, fake_encoder):
    path = tmp_path / "long.md"
    path.write_text(f"# {'A ' * 300}\n\n## {'It ' * 300}\n\nOne sentence. Another.\n")
    encoded, encode = [], fake_encoder.encode
    fake_encoder.encode = lambda texts: encoded.extend(texts) or encode(texts)
    (passage,) = open_index(build_small([path], tmp_path / "index").path).passages
    assert encoded[:3] == ["One sentence. Another.", "One sentence.", "Another."]
    assert len(passage.headings[-1].split()) == 300
    assert max(map(fake_encoder.count, encoded)) <= fake_encoder.window


def test_another_build_at_work_is_named(small_source, small_index, build_small, monkeypatch):
    class Impatient(FileLock):
        def acquire(self, timeout=None, **options):
            return super().acquire(timeout=0.05, **options)

    monkeypatch.setattr(exchange, "FileLock", Impatient)
    before = contents(small_index)
    with FileLock(small_index.with_name(f".{small_index.name}.lock"), is_singleton=False):
        with pytest.raises(IndexFormatError, match=r"Another build is writing to .*; wait for it to end"):
            build_small([small_source], small_index)
    assert contents(small_index) == before


def test_readers_see_the_old_index_or_the_new_while_builds_replace_it(
    tmp_path, small_source, small_index, build_small, fake_encoder
):
    other = tmp_path / "other.md"
    other.write_text("# Right hip\n\n## Presentation\n\nA woman came with pain in the right hip.\n")
    problems, opened, done = [], [], threading.Event()

    def read():
        while not done.is_set():
            try:
                index = open_index(small_index)
                opened.append(index)
                (document,) = index.documents.values()
                assert text_hash(document.text)[:16] == index.manifest["sources"][0]["document"]
                texts = [in_context(document.title, p.headings, p.text) for p in index.passages]
                vectors = index.store.vectors("passages", [p.id for p in index.passages])
                np.testing.assert_allclose(vectors, fake_encoder.encode(texts), atol=4e-3)
            except IndexFormatError:
                pass
            except BaseException as problem:  # noqa: BLE001 - whatever it is, it is shown below
                problems.append(problem)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for path in [other, small_source] * 4:
        build_small([path], small_index)
    done.set()
    for reader in readers:
        reader.join()
    assert not problems and opened


# One step, and a full disk


@pytest.mark.skipif(sys.platform != "linux", reason="other systems rename twice")
def test_on_linux_folders_are_exchanged_in_one_step(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).write_text("")
    assert exchange.exchange(one, other)
    assert [p.name for p in (*one.iterdir(), *other.iterdir())] == ["other", "one"]
    assert not exchange.exchange(one, tmp_path / "nowhere")
    assert [p.name for p in one.iterdir()] == ["other"] and not (tmp_path / "nowhere").exists()


def test_where_folders_can_be_exchanged_nothing_is_renamed(small_source, small_index, build_small, monkeypatch):
    if not exchange.exchange(small_index, small_index):
        pytest.skip("this file system cannot")
    monkeypatch.setattr(Path, "rename", lambda path, target: pytest.fail("two steps"))
    build_small([small_source], small_index)


def test_an_index_set_aside_is_opened_and_found(small_index, monkeypatch):
    before = open_index(small_index).manifest
    small_index.rename(small_index.with_name(".index.old"))
    assert open_index(small_index).manifest == before
    monkeypatch.chdir(small_index.parent)
    assert find_index() == Path("index")


@pytest.mark.parametrize("name", ["notes.txt", ".git/config", "deeper/more/a.md", "lexical/mine.txt"])
def test_a_folder_that_holds_more_than_an_index_is_not_replaced(small_source, small_index, build_small, name):
    (small_index / name).parent.mkdir(parents=True, exist_ok=True)
    (small_index / name).write_text("mine")
    with pytest.raises(IndexFormatError, match="which no index has; it is left as it is"):
        build_small([small_source], small_index)
    assert (small_index / name).read_text() == "mine"


FULL = """
import resource, sys
from pathlib import Path
from calcqa.index.build import build_index
from calcqa.errors import IndexFormatError
from calcqa.config import ChunkSettings
from calcqa.parameters import Weights
from helpers.small import FakeEncoder
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
source, out, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    build_index([source], out, FakeEncoder(), ChunkSettings(), Weights())
except IndexFormatError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize("size", [0, 100, 1_000, 5_000, 20_000, 50_000, 70_000])
def test_files_that_cannot_be_written_whole_are_said_in_a_sentence(small_source, small_index, size):
    assert (small_index / "vectors.npy").stat().st_size > size
    before, others = contents(small_index), beside(small_index)
    arguments = [sys.executable, "-c", FULL, str(small_source), str(small_index), str(size)]
    done = subprocess.run(arguments, cwd=TESTS, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert done.stdout == f"Cannot write to {small_index}: File too large.\n"
    assert contents(small_index) == before and beside(small_index) == others


def test_a_row_is_searched_with_its_header_and_caption_and_an_item_with_its_lead_in(tmp_path, build_small):
    text = (
        "# Ward\n\n| Patient | Platelets |\n|---|---|\n| B07 | 210 |\n\nKnown allergies:\n\n- Drugs:\n  - ibuprofen\n"
    )
    (tmp_path / "ward.md").write_text(text, encoding="utf-8")
    index = open_index(build_small([tmp_path / "ward.md"], tmp_path / "index").path)
    ids = {index.sentence_text(i): i for i in index.sentences}
    assert set(ids) == {"B07 | 210", "Known allergies:", "Drugs:", "ibuprofen"}
    for quote, words in (("B07 | 210", "platelets"), ("ibuprofen", "allergies"), ("ibuprofen", "drugs")):
        assert index.lexical.score("sentences", words, [ids[quote]])[0] > 0
    assert not index.lexical.score("sentences", "platelets", [ids["ibuprofen"]])[0]
