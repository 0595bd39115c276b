"""A short form of `make fuzz`: some inputs by every door, the same each time."""

import pytest

from helpers.fuzzing import DOORS, World, tried


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


@pytest.mark.parametrize("door", DOORS)
def test_nothing_comes_out_but_our_own_errors(door, world):
    taken = [tried(door, number, world) for number in range(60)]
    assert any(taken) or door == "manifest"  # that is sealed: of changed ones none is ever taken
