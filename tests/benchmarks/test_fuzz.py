"""A short form of `make fuzz`: some inputs through every entry point, the same each time."""

import pytest

from helpers.fuzzing import ENTRY_POINTS, World, tried


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from calcqa.config import ChunkSettings
    from calcqa.index.build import build_index
    from calcqa.parameters import Weights
    from helpers.small import SMALL_DOCUMENT, FakeEncoder

    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "knee.md").write_text(SMALL_DOCUMENT, encoding="utf-8")
    index = build_index([folder / "knee.md"], folder / "index", FakeEncoder(), ChunkSettings(), Weights())
    return World(folder, index.path)


@pytest.mark.parametrize("entry", ENTRY_POINTS)
def test_nothing_comes_out_but_our_own_errors(entry, world):
    taken = [tried(entry, number, world) for number in range(60)]
    assert any(taken) == (entry != "manifest")  # that is sealed: of changed ones none is ever taken
    assert not all(taken)  # or nothing hostile was tried
