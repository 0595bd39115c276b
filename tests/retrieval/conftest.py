"""What tests over several small documents share."""

import pytest

from calcqa.index.open import open_index


@pytest.fixture
def index_of(tmp_path, build_small):
    """Return the index of texts by the names of their files."""

    def make(texts):
        files = {tmp_path / f"{name}.md": text for name, text in texts.items()}
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
        return open_index(build_small([*files], tmp_path / "-".join(texts)).path)

    return make
