"""The contract of a vector store, held against brute force in numpy. A new store is one more entry in STORES."""

import numpy as np
import pytest

from calcqa.stores.base import top
from calcqa.stores.exact import FlatStore

STORES = [FlatStore]
ROWS, DIMENSION = 200, 24


def unit(rows, seed):
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def brute_force(vectors, queries, k, first, last):
    scores = queries.astype(np.float64) @ vectors[first:last].astype(np.float64).T
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, order, axis=1), order + first


@pytest.fixture(params=STORES, ids=lambda s: s.__name__)
def store_type(request):
    return request.param


@pytest.mark.parametrize(
    ("k", "first", "last"),
    [
        (1, 0, ROWS),
        (7, 0, ROWS),
        (ROWS, 0, ROWS),
        (5, 60, 140),
        (5, 0, 10),
        (5, ROWS - 10, ROWS),
        (50, 60, 70),
        (3, 42, 43),
    ],
)
def test_rows_and_scores_are_those_of_brute_force(store_type, k, first, last):
    vectors, queries = unit(ROWS, 1), unit(9, 2)
    scores, rows = store_type.build(vectors).search(queries, k, first, last)
    expected_scores, expected_rows = brute_force(vectors, queries, k, first, last)
    assert rows.tolist() == expected_rows.tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    assert scores.dtype == np.float32 and rows.dtype == np.int64


def test_a_range_beyond_the_rows_ends_with_them(store_type):
    vectors, queries = unit(ROWS, 1), unit(3, 2)
    scores, rows = store_type.build(vectors).search(queries, 20, ROWS - 5, ROWS + 50)
    expected_scores, expected_rows = brute_force(vectors, queries, 20, ROWS - 5, ROWS)
    assert rows.tolist() == expected_rows.tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    assert store_type.build(vectors).search(queries, 20, ROWS, ROWS + 50)[1].shape == (3, 0)


def test_scores_are_those_of_every_row_of_a_range(store_type):
    vectors, queries = unit(ROWS, 1), unit(3, 2)
    scores = store_type.build(vectors).scores(queries, 20, 90)
    np.testing.assert_allclose(scores, queries @ vectors[20:90].T, atol=1e-6)
    assert scores.dtype == np.float32 and store_type.build(vectors).scores(queries[:0], 5, 5).shape == (0, 0)


@pytest.mark.parametrize(("k", "first", "last"), [(0, 0, ROWS), (5, 30, 30), (5, 0, 0)])
def test_nothing_to_find_gives_empty_arrays(store_type, k, first, last):
    scores, rows = store_type.build(unit(ROWS, 1)).search(unit(3, 2), k, first, last)
    assert scores.shape == rows.shape == (3, 0)
    assert scores.dtype == np.float32 and rows.dtype == np.int64


def test_a_stored_vector_finds_itself(store_type):
    vectors = unit(ROWS, 3)
    scores, rows = store_type.build(vectors).search(vectors, 1, 0, ROWS)
    assert rows[:, 0].tolist() == list(range(ROWS))
    np.testing.assert_allclose(scores[:, 0], 1.0, atol=1e-6)


def test_queries_may_lie_anyhow_in_memory(store_type):
    vectors, queries = unit(ROWS, 1), unit(10, 2)
    strided = np.asfortranarray(queries)[::2]
    assert not strided.flags.c_contiguous
    _, rows = store_type.build(vectors).search(strided, 4, 0, ROWS)
    assert rows.tolist() == brute_force(vectors, queries[::2], 4, 0, ROWS)[1].tolist()


def test_size_and_vectors(store_type):
    vectors = unit(ROWS, 4)
    store = store_type.build(vectors)
    assert len(store) == ROWS and store.dimension == DIMENSION
    np.testing.assert_array_equal(store.vectors([5, 0, 199, 5]), vectors[[5, 0, 199, 5]])
    assert store.vectors([]).shape == (0, DIMENSION)


def test_what_is_saved_is_loaded(store_type, tmp_path):
    vectors, queries = unit(ROWS, 5), unit(4, 6)
    store = store_type.build(vectors)
    store.save(tmp_path / "store")
    loaded = store_type.load(tmp_path / "store")
    assert len(loaded) == ROWS and loaded.dimension == DIMENSION
    np.testing.assert_array_equal(loaded.vectors(range(ROWS)), vectors)
    for ours, theirs in zip(store.search(queries, 6, 20, 90), loaded.search(queries, 6, 20, 90), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_another_file_is_not_loaded(store_type, tmp_path):
    path = tmp_path / "store"
    path.write_bytes(b"not a store at all")
    with pytest.raises(ValueError):
        store_type.load(path)


@pytest.mark.parametrize("k", [0, 1, 3, 4, 5, 8, 9])
def test_of_equal_values_the_first_are_the_top(k):
    values = np.array([0.0, 2.0, 1.0, 1.0, 3.0, 1.0, 1.0, 0.0], dtype=np.float32)
    assert top(values, k).tolist() == [4, 1, 2, 3, 5, 6, 0, 7][:k]
