"""What is learned: what differs between questions of one answer counts for less; the probe tells answers apart."""

import numpy as np
import pytest

from calcqa.faq.question_model import QuestionModel, number, train_question_model
from calcqa.parameters import DEFAULTS

FEWEST = DEFAULTS.learned_from


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
    moved = train_question_model(vectors, answers).move(vectors)
    assert nearest_is_right(moved, answers) > nearest_is_right(vectors, answers) + 0.1
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1.0, atol=1e-5)


def test_by_hand_in_two_dimensions():
    # One answer, so everything is noise around the mean: variance 4 on x, 1 on y; the sphere has (4 + 1) / 2 = 2.5.
    # Half and half: 3.25 and 1.75; the matrix is diag(3.25^-0.5, 1.75^-0.5) up to its scale.
    x, y = np.array([2, -2, 0, 0]) * 2**0.5, np.array([0, 0, 1, -1]) * 2**0.5
    vectors = np.tile(np.stack([x, y], axis=1), (FEWEST, 1)).astype(np.float32)
    learned = train_question_model(vectors, [0] * len(vectors))
    matrix = learned.metric
    assert matrix[0, 0] / matrix[1, 1] == pytest.approx((1.75 / 3.25) ** 0.5, rel=1e-5)
    assert abs(matrix[0, 1]) < 1e-6
    assert learned.fits == (2, 0)  # one answer is nothing to tell apart


def test_too_little_teaches_nothing(noisy):
    vectors, answers = noisy
    learned = train_question_model(vectors[:-1], answers[:-1])
    assert learned.fits == (0, 0)
    assert learned.move(vectors) is vectors


def test_the_probe_tells_answers_apart_that_it_has_not_seen(noisy):
    vectors, answers = noisy
    twice, again = np.concatenate([vectors, vectors]), [f"answer {a}" for a in answers * 2]
    learned = train_question_model(twice, again)
    classes = number(again)
    assert learned.fits == (8, 4) and list(classes) == ["answer 0", "answer 1", "answer 2", "answer 3"]
    rng = np.random.default_rng(2)
    right = 0
    for trial in range(200):
        wanted = trial % 4
        vector = rng.normal(size=8) * 2
        vector[:2] = wanted // 2 - 0.5, wanted % 2 - 0.5
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        shares = learned.log_shares(learned.move(vector[None, :]))
        assert np.exp(shares).sum() == pytest.approx(1, abs=1e-5)
        right += int(shares.argmax()) == classes[f"answer {wanted}"]
    assert right > 120  # chance is 50


@pytest.fixture
def uneven():
    """Sixty answers, the first with hundreds of questions and many with a few, all in much the same direction."""
    rng = np.random.default_rng(3)
    classes = np.sort((rng.random(900) ** 3 * 60).astype(int))
    common, centres = rng.normal(size=(1, 48)) * 1.5, rng.normal(size=(60, 48)) * 0.6
    vectors = common + centres[classes] + rng.normal(size=(900, 48)) * 0.8
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    otherwise = vectors + rng.normal(size=vectors.shape) * 1e-7
    return vectors.astype(np.float32), otherwise.astype(np.float32), classes.tolist()


def test_the_last_bits_of_vectors_do_not_move_the_probe(uneven):
    # Processors add in different orders; what they learn must not hang on it, rare classes' intercepts included.
    vectors, otherwise, classes = uneven
    one, other = train_question_model(vectors, classes), train_question_model(otherwise, classes)
    assert np.abs(one.probe).max() > 5
    np.testing.assert_allclose(one.probe, other.probe, atol=1e-3)


def test_the_probe_has_nothing_left_to_gain(uneven):
    vectors, _, classes = uneven
    learned = train_question_model(vectors, classes)
    moved = 10 * learned.move(vectors).astype(float)
    centre = moved.mean(axis=0)
    probe = learned.probe.astype(float)
    probe[-1] += centre @ probe[:-1]  # as it was fitted: around the mean
    rows = np.column_stack([moved - centre, np.ones(len(moved))])
    logits = rows @ probe
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    numbers = number(classes)
    wanted = np.eye(len(numbers))[[numbers[c] for c in classes]]
    slope = (rows.T @ (shares - wanted) + probe) / len(rows)  # of the mean loss, and of the penalty over as many
    assert np.abs(slope).max() < 5e-6


def test_the_probe_by_hand():
    # Logits 10 * x . w + b: (10 * 0.6, 10 * 0.8 - 1, 0) = (6, 7, 0) for (0.6, 0.8), and (8, 5, 0) for the other form;
    # their mean is (7, 6, 0), and the log-probabilities are that less log(e^7 + e^6 + 1).
    learned = QuestionModel(np.eye(2, dtype=np.float32), np.array([[1, 0, 0], [0, 1, 0], [0, -1, 0]], dtype=np.float32))
    shares = learned.log_shares(np.array([[0.6, 0.8], [0.8, 0.6]], dtype=np.float32))
    np.testing.assert_allclose(shares, np.array([7, 6, 0]) - np.log(np.exp(7) + np.exp(6) + 1), atol=1e-5)


def test_what_is_saved_comes_back_and_what_does_not_belong_together_is_refused(tmp_path, noisy):
    learned = train_question_model(*noisy)
    learned.save(tmp_path / "learned.npz")
    again = QuestionModel.load(tmp_path / "learned.npz")
    np.testing.assert_array_equal(again.metric, learned.metric)
    np.testing.assert_array_equal(again.probe, learned.probe)
    QuestionModel(learned.metric, learned.probe[:-1]).save(tmp_path / "learned.npz")
    with pytest.raises(ValueError, match="shapes"):
        QuestionModel.load(tmp_path / "learned.npz")
