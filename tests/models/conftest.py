"""Encoders that are not the default: all-MiniLM-L6-v2 as it is, its export, and where that is cached."""

import shutil

import pytest

from calcqa.config import EncoderSettings, cache_dir
from calcqa.models import load_encoder as load_encoder_module
from calcqa.models.encoder import PLAIN_NAME, PLAIN_SHA256
from calcqa.models.encoder_files import weights_folder
from calcqa.models.load_encoder import load_encoder
from calcqa.models.sentence_transformers_encoder import SentenceTransformerEncoder
from helpers.encoder_texts import EXPORT


@pytest.fixture(scope="session")
def plain_encoder():
    """all-MiniLM-L6-v2, by its cached export."""
    return load_encoder(EncoderSettings(model=PLAIN_NAME))


@pytest.fixture(scope="session")
def original():
    """The reference: sentence-transformers over the same weights."""
    folder = weights_folder(EncoderSettings())
    return SentenceTransformerEncoder(folder, PLAIN_NAME, PLAIN_SHA256)


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """An empty cache of its own, as a folder."""
    monkeypatch.setenv("CALCQA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def copied_export(plain_encoder, tmp_path, monkeypatch):
    """A cache of its own with a good export in it; the export's folder."""
    good = cache_dir() / EXPORT
    target = tmp_path / "cache" / EXPORT
    shutil.copytree(good, target)
    monkeypatch.setenv("CALCQA_CACHE", str(tmp_path / "cache"))
    return target


@pytest.fixture
def no_reference(monkeypatch):
    """Put a mark in the place of the slow encoder, so that falling back to it takes no time."""

    class Reference:
        def __init__(self, folder, name, sha256):
            self.folder, self.name, self.sha256 = folder, name, sha256

    monkeypatch.setattr(load_encoder_module, "SentenceTransformerEncoder", Reference)
    return Reference
