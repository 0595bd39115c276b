"""What tests over several small documents share."""

import dataclasses

import pytest

from calcqa.assistant import Assistant
from calcqa.index.open import open_index
from helpers.fakes import SentenceReader


@pytest.fixture
def index_of(tmp_path, build_small):
    """Return the index of texts by the names of their files."""

    def make(texts):
        files = {tmp_path / f"{name}.md": text for name, text in texts.items()}
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
        return open_index(build_small([*files], tmp_path / "-".join(texts)).path)

    return make


@pytest.fixture
def assistant_over(index_of, fake_encoder):
    """Return an assistant over texts; its reader takes sentences with `word` for an answer, and it answers always."""

    def make(texts, word="given", read_threshold=0.0):
        index = index_of(texts)
        index = index.weighed(dataclasses.replace(index.weights, read_threshold=read_threshold))
        return Assistant(index, fake_encoder, SentenceReader(word))

    return make
