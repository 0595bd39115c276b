"""Models that do each piece of work once: what is asked again is not worked out again, in a process or from disk."""

import numpy as np
import pytest

from calcqa.evaluation.caching import CachingEncoder, KeepingEncoder


class Counting:
    """An encoder that counts the texts it is given."""

    def __init__(self, encoder):
        self._encoder, self.given = encoder, []

    def __getattr__(self, name):
        return getattr(self._encoder, name)

    def encode(self, texts):
        assert texts, "encoders need not take nothing"
        self.given += texts
        return self._encoder.encode(texts)


@pytest.fixture
def counting(fake_encoder):
    return Counting(fake_encoder)


def test_each_text_is_encoded_once(counting, fake_encoder):
    caching = CachingEncoder(counting)
    first = caching.encode(["elbow", "knee", "elbow"])
    again = caching.encode(["knee", "hip"])
    assert counting.given == ["elbow", "knee", "hip"]
    assert np.array_equal(first, fake_encoder.encode(["elbow", "knee", "elbow"]))
    assert np.array_equal(again, fake_encoder.encode(["knee", "hip"]))


def test_nothing_has_no_vectors(counting):
    found = CachingEncoder(counting).encode([])
    assert found.shape == (0, counting.dimension) and found.dtype == np.float32


def test_a_batch_that_was_encoded_before_is_read_from_disk(counting, fake_encoder, tmp_path):
    kept = [KeepingEncoder(counting, tmp_path / "kept").encode(["elbow", "knee"]) for _ in range(2)]
    assert counting.given == ["elbow", "knee"]
    assert np.array_equal(*kept) and np.array_equal(kept[0], fake_encoder.encode(["elbow", "knee"]))
    KeepingEncoder(counting, tmp_path / "kept").encode(["knee", "elbow"])  # another batch
    assert len(counting.given) == 4 and not list((tmp_path / "kept").glob("*.part"))
