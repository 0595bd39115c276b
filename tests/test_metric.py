"""The learned metric: what differs between questions of one answer counts for less, and little data teaches nothing."""

import numpy as np
import pytest

from calcqa.metric import FEWEST, apply, learn


@pytest.fixture
def noisy():
    """Four answers told apart on two axes; the other six axes are louder, and noise."""
    rng = np.random.default_rng(1)
    answers = np.arange(FEWEST) % 4
    vectors = rng.normal(size=(FEWEST, 8)) * 2
    vectors[:, 0] = answers // 2 + rng.normal(size=FEWEST) * 0.05
    vectors[:, 1] = answers % 2 + rng.normal(size=FEWEST) * 0.05
    vectors -= vectors.mean(axis=0)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), answers.tolist()


def nearest_is_right(vectors, answers):
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    return np.mean([answers[i] == answers[j] for i, j in enumerate(cosines.argmax(axis=1))])


def test_it_brings_questions_of_one_answer_together(noisy):
    vectors, answers = noisy
    moved = apply(learn(vectors, answers), vectors)
    assert nearest_is_right(moved, answers) > nearest_is_right(vectors, answers) + 0.1
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1.0, atol=1e-5)


def test_by_hand_in_two_dimensions():
    # One answer, so everything is noise around the mean: variance 4 on x, 1 on y; the sphere has (4 + 1) / 2 = 2.5.
    # Half and half: 3.25 and 1.75; the matrix is diag(3.25^-0.5, 1.75^-0.5) up to its scale.
    x, y = np.array([2, -2, 0, 0]) * 2**0.5, np.array([0, 0, 1, -1]) * 2**0.5
    vectors = np.tile(np.stack([x, y], axis=1), (FEWEST, 1)).astype(np.float32)
    matrix = learn(vectors, [0] * len(vectors))
    assert matrix[0, 0] / matrix[1, 1] == pytest.approx((1.75 / 3.25) ** 0.5, rel=1e-5)
    assert abs(matrix[0, 1]) < 1e-6


def test_too_little_teaches_nothing(noisy):
    vectors, answers = noisy
    matrix = learn(vectors[:-1], answers[:-1])
    assert matrix.shape == (0, 0)
    assert apply(matrix, vectors) is vectors
