"""Haystack, hybrid: DocumentSplitter's defaults (200 words), BM25 and embeddings in its in-memory store, ranks joined.

Both retrievers and the joiner (reciprocal rank fusion) are asked for as many as are scored, instead of 10; all else is
as it comes. The store is saved as JSON and read whole before a question, as Haystack does it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from common import MOST, Ask, Hit, Text, encoder, hit, main, whole

STORE = "store.json"


def build(texts: list[Text], folder: Path) -> int:
    """Split, encode and store the texts."""
    from haystack import Document
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    splitter = DocumentSplitter()
    splitter.warm_up()
    pieces = splitter.run(documents=[Document(content=whole(t), meta={"doc": t["id"]}) for t in texts])["documents"]
    embedder = SentenceTransformersDocumentEmbedder(
        model=encoder(), device=ComponentDevice.from_str("cpu"), progress_bar=False, local_files_only=True
    )
    embedder.warm_up()
    store = InMemoryDocumentStore()
    store.write_documents(embedder.run(documents=pieces)["documents"])
    store.save_to_disk(str(folder / STORE))
    return int(store.count_documents())


def pipeline(folder: Path) -> Any:
    """Return the pipeline from a question to documents, best first."""
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    store = InMemoryDocumentStore.load_from_disk(str(folder / STORE))
    embedder = SentenceTransformersTextEmbedder(
        model=encoder(), device=ComponentDevice.from_str("cpu"), progress_bar=False, local_files_only=True
    )
    made = Pipeline()
    made.add_component("embedder", embedder)
    made.add_component("words", InMemoryBM25Retriever(store, top_k=MOST))
    made.add_component("vectors", InMemoryEmbeddingRetriever(store, top_k=MOST))
    made.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=MOST))
    made.connect("embedder.embedding", "vectors.query_embedding")
    made.connect("words", "joiner")
    made.connect("vectors", "joiner")
    made.warm_up()
    return made


def retrieve(made: Any, question: str) -> list[Any]:
    """Return Haystack's documents for a question, best first."""
    return list(made.run({"embedder": {"text": question}, "words": {"query": question}})["joiner"]["documents"])


def load(folder: Path) -> Ask:
    """Return what asks the store in `folder`."""
    made = pipeline(folder)

    def ask(question: str) -> list[Hit]:
        return [hit(d.meta["doc"], d.content, d.score) for d in retrieve(made, question)]

    return ask


if __name__ == "__main__":
    main(build, load)
