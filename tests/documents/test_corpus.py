"""Folders of documents: what is hidden is left out, namesakes are told apart, one bad file does not stop the rest."""

import pytest

from calcqa.documents.corpus import Unused, read_sources
from calcqa.errors import DocumentError


def read(*paths, unused=None):
    sources = read_sources(paths, sidecars=True, progress=lambda *_: None, unused=unused)
    return [s.document.source for s in sources]


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_hidden_files_and_folders_are_left_out(tmp_path):
    for name in ("a.md", ".b.md", ".git/c.md", "d/.e/f.md", "d/g.txt", "._a.md"):
        write(tmp_path, name, f"Words of {name}.")
    assert read(tmp_path) == ["a.md", "g.txt"]
    assert read(tmp_path / ".git") == ["c.md"]  # named, it is meant


def test_namesakes_are_told_apart_by_their_folders(tmp_path):
    for name in ("w1/a/note.md", "w2/a/note.md", "w2/b/note.md", "w1/other.md"):
        write(tmp_path, name, f"Words of {name}.")
    assert read(tmp_path) == ["w1/a/note.md", "other.md", "w2/a/note.md", "b/note.md"]


def test_a_file_named_twice_is_read_once(tmp_path):
    path = write(tmp_path, "a.md", "Words.")
    assert read(path, tmp_path) == ["a.md"]


def test_one_bad_file_is_named_and_the_rest_goes_on(tmp_path):
    write(tmp_path, "a.md", "# Note\n\nWords.")
    write(tmp_path, "b.md", b"\xe4\xff")
    write(tmp_path, "c.md", "# Note\n\nWords.")
    write(tmp_path, "d.md", "# Knee\n\nIt hurt.")
    write(tmp_path, "d.questions.jsonl", "{broken")
    unused = Unused()
    assert read(tmp_path, unused=unused) == ["a.md"]
    failed = unused.failed
    assert set(failed) == {"b.md", "c.md", "d.md"} and "d.questions.jsonl, line 1" in failed["d.md"]
    assert "not text in UTF-8" in failed["b.md"] and "the same text as" in failed["c.md"]
    with pytest.raises(DocumentError, match="not text in UTF-8"):
        read(tmp_path)


def test_where_no_file_can_be_used_the_first_says_why(tmp_path):
    write(tmp_path, "a.md", b"\xff")
    write(tmp_path, "b.md", b"")
    with pytest.raises(DocumentError, match=r"None of 2 files can be used\. .*a\.md is not text .*b\.md is empty"):
        read(tmp_path, unused=Unused())


def test_files_of_other_kinds_are_named(tmp_path):
    for name in ("a.md", "old/letter.doc", "scan.png", ".hidden.doc", "a.questions.jsonl"):
        write(tmp_path, name, "{}" if name.endswith("jsonl") else "# A\n\nWords.")
    (tmp_path / "a.questions.jsonl").unlink()
    unused = Unused()
    assert read(tmp_path, unused=unused) == ["a.md"]
    assert unused.other_kinds == ["old/letter.doc", "scan.png"]


def test_what_a_parser_does_with_a_pdf_ends_with_its_process(tmp_path, monkeypatch):
    from calcqa.documents import corpus

    path = write(tmp_path, "a.pdf", b"%PDF-1.4 broken")
    monkeypatch.setattr(corpus, "load", lambda path: pytest.fail("read in this process"))
    with pytest.raises(DocumentError, match=r"a\.pdf"):
        read(path)


def test_a_file_is_called_by_its_name_in_every_reason(tmp_path):
    (tmp_path / "good.md").write_text("# Knee\n\nThe knee hurt.", encoding="utf-8")
    (tmp_path / "empty.md").write_text("", encoding="utf-8")
    (tmp_path / "wrong.md").write_bytes(b"%PDF-1.4 x")
    unused = Unused()
    read_sources([tmp_path], sidecars=True, progress=lambda *_: None, unused=unused)
    assert len(unused.failed) == 2 and not any(str(tmp_path) in reason for reason in unused.failed.values())


def test_an_index_within_a_folder_is_no_document(tmp_path):
    write(tmp_path, "a.md", "The knee hurt.")
    for name in ("manifest.json", "documents.jsonl", "lexical/words.jsonl"):
        write(tmp_path / "index", name, '{"text": "The knee hurt before."}')
    write(tmp_path, "study/documents.jsonl", '{"text": "The hip hurt."}')
    unused = Unused()
    assert read(tmp_path, unused=unused) == ["a.md", "documents.jsonl"] and not unused.failed and not unused.other_kinds
    with pytest.raises(DocumentError, match="no document"):
        read(tmp_path / "index")
