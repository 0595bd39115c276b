"""The loaders and what should not get through: scripts, deep nesting, files that are no documents, anything at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcqa.documents import base
from calcqa.documents.load import SUFFIXES, load, load_export, load_markdown, load_plain
from calcqa.errors import DocumentError
from helpers.documents import assert_one_form, blocks

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "{{ 7 * 7 }} {% include 'x' %} ${HOME} $(id)",
    "</div></body><!-- comment -->",
    "[click](javascript:alert(1))",
    "\\alert{1} $x^2$",
]


@pytest.mark.parametrize("loader", [load_plain, load_export])
def test_markup_and_scripts_stay_literal_text(loader):
    document = loader("Ward report\n\n" + "\n\n".join(f"Before {line} after." for line in HOSTILE), "h.md").document
    assert_one_form(document)
    for line in HOSTILE:
        assert f"Before {line} after." in blocks(document)


def test_markup_and_scripts_of_markdown_are_left_out_or_literal_text():
    loaded = load_markdown("Ward report\n\n" + "\n\n".join(f"Before {line} after." for line in HOSTILE), "h.md")
    assert_one_form(loaded.document)
    kept = ["", "", HOSTILE[2], "", HOSTILE[4], "\\alert{1} $x^2$"]
    assert blocks(loaded.document)[2:] == [" ".join(f"Before {line} after.".split()) for line in kept]
    assert [d.text for d in loaded.dropped] == ["alert(1)", HOSTILE[1], "</div>", "</body>", "<!-- comment -->"]


def test_scripts_are_left_out_and_blocks_of_html_are_text():
    script = "<script>\nlet *a* = 1 < 2;\n\nalert(a);\n</script>"
    loaded = load_markdown(f"# T\n\n{script}\n\n<div>\n**x**\n</div>", "h.md")
    assert blocks(loaded.document)[1:] == ["x"]
    assert [d.text for d in loaded.dropped] == [script, "<div>", "</div>"]


@pytest.mark.parametrize("mark", ["*", "[", "![", "`", "<", "&", "|", "_a", "[a](", "<b>", "\\"])
def test_deep_inline_markup_is_survived(mark):
    document = load_markdown(f"# T\n\n{mark * 800}word{mark[::-1] * 800}", "h.md").document
    assert "word" in document.text


def test_nesting_is_read_or_refused_but_never_lost():
    assert "word" in load_markdown("> " * 60 + "word", "h.md").document.text
    with pytest.raises(DocumentError, match="nested"):
        load_markdown("> " * 200 + "word", "h.md")


# Files


def test_suffixes(tmp_path):
    assert {".md", ".txt", ".xml", ".nxml", ".html", ".htm", ".pdf"} <= set(SUFFIXES)
    for suffix in (".md", ".markdown", ".txt", ".html", ".htm"):
        path = tmp_path / f"my-note{suffix.upper()}"
        path.write_text("\ufeffSome words.", encoding="utf-8")
        assert load(path).document.text == "My note\n\nSome words."
        assert load(path).document.source == path.name


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.md", b"", "is empty"),
        ("blank.txt", b" \r\n\n", "is empty"),
        ("picture.md", b"\x89PNG\x00\x01", "is a binary file"),
        ("latin.txt", "Käse".encode("latin-1"), "is not text in UTF-8"),
        ("report.pdf", b"%PDF words", "is not a PDF that can be read"),
        ("report.exe", b"MZ words", "kind that cannot be loaded"),
        ("title.md", b"# Only a title", "has no text"),
        ("furniture.txt", b"Article PDF Media\nContent Gating\nGating Strategy\nOpen", "has no text"),
        ("invisible.txt", "\u200b\u00ad".encode(), "has no text"),
    ],
)
def test_files_that_cannot_be_loaded(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError, match=message) as error:
        load(tmp_path / name)
    assert name in str(error.value)


def test_no_file(tmp_path, monkeypatch):
    with pytest.raises(DocumentError, match=r"none\.md does not exist"):
        load(tmp_path / "none.md")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(DocumentError, match=r"folder\.md is not a file"):
        load(tmp_path / "folder.md")
    (tmp_path / "large.md").write_text("x" * 11, encoding="utf-8")
    monkeypatch.setattr(base, "MAX_BYTES", 10)
    with pytest.raises(DocumentError, match=r"large\.md is larger than"):
        load(tmp_path / "large.md")


MARKDOWN = st.lists(
    st.sampled_from(["# ", "## ", "word", "\n", "\n\n", "- ", "1. ", "> ", "*", "`", "```\n", "| a | b |\n|-|-|\n| "])
    | st.text(max_size=4)
).map("".join)


@pytest.mark.parametrize("loader", [load_markdown, load_plain, load_export])
@given(text=st.text() | MARKDOWN)
def test_whatever_is_loaded_has_the_one_form(loader, text):
    try:
        loaded = loader(text, "a.md")
    except DocumentError:
        return
    assert_one_form(loaded.document)
