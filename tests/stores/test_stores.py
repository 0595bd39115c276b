"""The contract of a store of vectors, held against brute force. A new store is one more name in `stores/registry.py`.

Ids and scores are compared, never only how many there are; the views of several stores, and of some documents of one,
keep the same contract.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcqa.errors import InputError
from calcqa.stores.base import PASSAGES, QUESTIONS, SENTENCES, document_of, top
from calcqa.stores.exact import ExactStore
from calcqa.stores.joined import JoinedVectors, Part
from calcqa.stores.registry import STORES, vector_store
from calcqa.stores.vector_file import read_vectors, write_vectors

DIMENSION = 8
DOCUMENTS = ("a", "b", "c")
ROUNDED = 0.02
"""What a number of a vector of length 8 may differ by once it is one byte."""


def unit(rows, seed, alike=1):
    """Return unit vectors, every one `alike` times in a row."""
    vectors = np.random.default_rng(seed).normal(size=(-(-rows // alike), DIMENSION)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).repeat(alike, axis=0)[:rows]


def ids_of(rows, documents=DOCUMENTS):
    """Return ids of several documents, those of one not together."""
    return [f"{documents[i % len(documents)]}:{i * 10}-{i * 10 + 9}" for i in range(rows)]


def brute_force(ids, vectors, query, k, documents=None):
    """Return the k best as (id, cosine): sorted in plain Python, of equal ones the first added first."""
    scored = [
        (id_, float(np.dot(vector.astype(np.float64), query.astype(np.float64))))
        for id_, vector in zip(ids, vectors, strict=True)
        if documents is None or document_of(id_) in documents
    ]
    return sorted(scored, key=lambda pair: -round(pair[1], 6))[:k]


def assert_same(matches, expected):
    assert [m.id for m in matches] == [id_ for id_, _ in expected]
    assert [m.score for m in matches] == pytest.approx([score for _, score in expected], abs=1e-6)


@pytest.fixture(params=[*STORES, "joined"])
def filled(request):
    """Return a function that fills a store with vectors; joined, each document has a store of its own."""

    def fill(ids, vectors, field=PASSAGES):
        if request.param != "joined":
            store = vector_store(request.param, DIMENSION)
            store.add(field, ids, vectors)
            return store
        parts = []
        for document in dict.fromkeys(map(document_of, ids)):
            at = [i for i, id_ in enumerate(ids) if document_of(id_) == document]
            other = ["other:0-9"] if len(parts) == 1 else []  # which is not searched
            store = ExactStore(DIMENSION)
            store.add(field, [*other, *(ids[i] for i in at)], np.concatenate([unit(len(other), 9), vectors[at]]))
            parts.append(Part(store, [document], not other))
        return JoinedVectors(DIMENSION, {field: parts})

    return fill


@settings(max_examples=30)
@given(
    rows=st.integers(1, 40),
    k=st.integers(0, 45),
    seed=st.integers(0, 10**6),
    documents=st.none() | st.sets(st.sampled_from([*DOCUMENTS, "nowhere"])),
)
@pytest.mark.parametrize("name", STORES)
def test_a_search_is_brute_force(name, rows, k, seed, documents):
    ids, vectors, queries = ids_of(rows), unit(rows, seed), unit(3, seed + 1)
    store = vector_store(name, DIMENSION)
    store.add(SENTENCES, ids, vectors)
    for matches, query in zip(store.search(SENTENCES, queries, k, documents=documents), queries, strict=True):
        assert_same(matches, brute_force(ids, vectors, query, k, documents))


@pytest.mark.parametrize("documents", [None, ["b"], ["c", "a"], []])
@pytest.mark.parametrize("k", [1, 7, 30, 100])
def test_some_documents_are_searched_as_if_there_were_no_others(filled, documents, k):
    ids, vectors, queries = ids_of(30), unit(30, 1), unit(4, 2)
    store = filled(ids, vectors)
    for matches, query in zip(store.search(PASSAGES, queries, k, documents=documents), queries, strict=True):
        assert_same(matches, brute_force(ids, vectors, query, k, documents))
    assert store.count(PASSAGES, documents) == len(brute_force(ids, vectors, queries[0], 100, documents))


@pytest.mark.parametrize("k", [1, 2, 5, 11, 12])
@pytest.mark.parametrize("name", STORES)
def test_of_equal_ones_the_first_added_comes_first(name, k):
    ids, vectors = ids_of(12), unit(12, 3, alike=6)
    store = vector_store(name, DIMENSION)
    store.add(QUESTIONS, ids, vectors)
    (matches,) = store.search(QUESTIONS, vectors[:1], k)
    assert [m.id for m in matches] == [id_ for id_, _ in brute_force(ids, vectors, vectors[0], k)]


def test_scores_and_vectors_are_those_of_the_ids_in_their_order(filled):
    ids, vectors, queries = ids_of(30), unit(30, 4), unit(3, 5)
    store = filled(ids, vectors)
    chosen = [7, 0, 29, 7, 12]
    named = [ids[i] for i in chosen]
    np.testing.assert_allclose(store.score(PASSAGES, queries, named), queries @ vectors[chosen].T, atol=1e-6)
    np.testing.assert_array_equal(store.vectors(PASSAGES, named), vectors[chosen])
    assert store.score(PASSAGES, queries, []).shape == (3, 0) and store.vectors(PASSAGES, []).shape == (0, DIMENSION)
    with pytest.raises(KeyError):
        store.score(PASSAGES, queries, ["a:1-2"])
    with pytest.raises(KeyError):
        store.vectors(PASSAGES, ["nowhere:0-9"])


def test_queries_may_lie_anyhow_in_memory(filled):
    ids, vectors, queries = ids_of(20), unit(20, 6), unit(10, 7)
    strided = np.asfortranarray(queries)[::2]
    assert not strided.flags.c_contiguous
    for matches, query in zip(filled(ids, vectors).search(PASSAGES, strided, 4), queries[::2], strict=True):
        assert_same(matches, brute_force(ids, vectors, query, 4))


@pytest.mark.parametrize("name", STORES)
def test_fields_are_apart_and_an_empty_one_finds_nothing(name):
    store, (one, other) = vector_store(name, DIMENSION), unit(2, 8)
    assert store.search(PASSAGES, one[None], 3) == [[]] and store.count(PASSAGES) == 0
    assert store.vectors(PASSAGES, []).shape == (0, DIMENSION) and store.dimension == DIMENSION
    store.add(PASSAGES, ["a:0-9"], one[None])
    store.add(SENTENCES, ["a:0-9"], other[None])
    (passages,), (sentences,) = (store.search(field, one[None], 3) for field in (PASSAGES, SENTENCES))
    assert_same(passages, [("a:0-9", 1.0)])
    assert_same(sentences, [("a:0-9", float(one @ other))])
    assert store.search(QUESTIONS, one[None], 3) == [[]]


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.booleans()), max_size=8), st.integers(0, 10**6))
@pytest.mark.parametrize("name", STORES)
def test_what_comes_and_goes_leaves_what_is_there(name, steps, seed):
    store, held, numbers = vector_store(name, DIMENSION), {}, itertools.count()
    for document, comes in steps:
        if comes:
            ids = [f"{document}:q{next(numbers)}" for _ in range(3)]
            vectors = unit(3, seed + next(numbers))
            store.add(QUESTIONS, ids, vectors)
            held |= zip(ids, vectors, strict=True)
        else:
            store.remove(document)
            held = {i: v for i, v in held.items() if document_of(i) != document}
        query = unit(1, seed)
        assert_same(store.search(QUESTIONS, query, 5)[0], brute_force(list(held), list(held.values()), query[0], 5))
        np.testing.assert_array_equal(
            store.vectors(QUESTIONS, list(held)), np.array(list(held.values())).reshape(-1, DIMENSION)
        )


@pytest.mark.parametrize("name", STORES)
def test_what_is_there_already_or_has_another_length_is_refused(name):
    store = vector_store(name, DIMENSION)
    store.add(PASSAGES, ["a:0-9"], unit(1, 1))
    for ids, vectors in ((["a:0-9"], unit(1, 2)), (["b:0-9", "b:0-9"], unit(2, 2)), (["c:0-9"], unit(2, 2))):
        with pytest.raises(ValueError):
            store.add(PASSAGES, ids, vectors)
    assert_same(store.search(PASSAGES, unit(1, 1), 5)[0], [("a:0-9", 1.0)])


def test_a_store_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(InputError, match="no store 'nonsense'; the stores are exact, faiss"):
        vector_store("nonsense", DIMENSION)


# On disk


@pytest.mark.parametrize("name", STORES)
def test_what_is_written_is_found_again_in_any_store(name, tmp_path):
    ids = {QUESTIONS: ids_of(3), PASSAGES: ids_of(40), SENTENCES: ids_of(7)}  # in no order that is the file's
    vectors, queries = {field: unit(len(own), len(own)) for field, own in ids.items()}, unit(5, 11)
    store, again = vector_store(name, DIMENSION), ExactStore(DIMENSION)
    written(tmp_path / "vectors.npy", ids, vectors)
    read_vectors(tmp_path / "vectors.npy", ids, store)
    for field, own in ids.items():
        read = store.vectors(field, own)
        np.testing.assert_allclose(read, vectors[field], atol=ROUNDED)
        np.testing.assert_allclose(np.linalg.norm(read, axis=1), 1.0, atol=1e-6)
        for matches, query in zip(store.search(field, queries, 6), queries, strict=True):
            assert_same(matches, brute_force(own, read, query, 6))
    write_vectors(tmp_path / "again.npy", store, ids)  # what was rounded once is not rounded again
    read_vectors(tmp_path / "again.npy", ids, again)
    for field, own in ids.items():
        np.testing.assert_array_equal(again.vectors(field, own), store.vectors(field, own))


def written(path, ids, vectors):
    """Write vectors by field to a file, out of a store that keeps them in another order than they are written in."""
    store = ExactStore(DIMENSION)
    for field, own in ids.items():
        store.add(field, own[::-1], vectors[field][::-1])
    write_vectors(path, store, ids)


def test_a_file_of_no_vectors_holds_none(tmp_path):
    none, store = {PASSAGES: [], SENTENCES: [], QUESTIONS: []}, ExactStore(DIMENSION)
    written(tmp_path / "vectors.npy", none, dict.fromkeys(none, unit(0, 1)))
    read_vectors(tmp_path / "vectors.npy", none, store)
    assert [store.count(field) for field in none] == [0, 0, 0]


def test_a_file_of_anything_else_is_refused(tmp_path):
    path, ids = tmp_path / "vectors.npy", {PASSAGES: ids_of(2), SENTENCES: ids_of(1), QUESTIONS: []}
    path.write_bytes(b"not vectors at all")
    with pytest.raises(ValueError):
        read_vectors(path, ids, ExactStore(DIMENSION))
    written(path, ids, {field: unit(len(own), 1) for field, own in ids.items()})
    with pytest.raises(ValueError, match="24 numbers, which are no vectors of 7"):
        read_vectors(path, ids, ExactStore(7))
    with pytest.raises(ValueError, match="holds 3 vectors, expected 2"):
        read_vectors(path, ids | {SENTENCES: []}, ExactStore(DIMENSION))


@pytest.mark.parametrize("k", [0, 1, 3, 4, 5, 8, 9])
def test_of_equal_values_the_first_are_the_top(k):
    values = np.array([0.0, 2.0, 1.0, 1.0, 3.0, 1.0, 1.0, 0.0], dtype=np.float32)
    assert top(values, k).tolist() == [4, 1, 2, 3, 5, 6, 0, 7][:k]
