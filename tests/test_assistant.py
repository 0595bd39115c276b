"""Opening an assistant: index and encoder are fetched side by side, and must belong together all the same."""

import json

import pytest

from calcqa import assistant, errors
from calcqa.config import EncoderSettings
from calcqa.index.manifest import seal
from calcqa.index.open import encoder_of, open_index


def test_the_encoder_is_the_one_the_index_names(small_index):
    assert encoder_of(small_index) == open_index(small_index).encoder_settings


def test_an_index_replaced_while_its_encoder_is_fetched_gets_its_own(small_index, fake_encoder, monkeypatch):
    asked_for = []

    def load(settings):
        asked_for.append(settings)
        return fake_encoder

    def replaced(folder):
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["encoder"]["name"] = "another"
        (folder / "manifest.json").write_text(seal(manifest), encoding="utf-8")
        return open_index(folder)

    monkeypatch.setattr(assistant, "load_encoder", load)
    monkeypatch.setattr(assistant, "open_index", replaced)
    before = open_index(small_index).encoder_settings
    assistant.open_assistant(small_index)
    assert asked_for == [before, EncoderSettings(name="another", sha256=before.sha256)]


def test_without_an_index_no_encoder_is_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(assistant, "load_encoder", lambda settings: pytest.fail("fetched in vain"))
    with pytest.raises(errors.IndexFormatError, match="not an index"):
        assistant.open_assistant(tmp_path)


def test_an_encoder_that_is_not_here_is_said(small_index, monkeypatch):
    def load(settings):
        raise errors.EncoderError("not here")

    monkeypatch.setattr(assistant, "load_encoder", load)
    with pytest.raises(errors.EncoderError, match="not here"):
        assistant.open_assistant(small_index)
