"""LlamaIndex by its defaults: SentenceSplitter (1,024 tokens, 200 shared), VectorStoreIndex, its own store on disk.

The chunks are longer than the encoder's window of 256 word pieces, so it sees the head of each: so it is by default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from common import MOST, Ask, Hit, Text, encoder, hit, main, whole


def embeddings() -> Any:
    """Return LlamaIndex's face of the encoder."""
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(model_name=encoder(), device="cpu")


def build(texts: list[Text], folder: Path) -> int:
    """Split and index the texts."""
    from llama_index.core import Document, VectorStoreIndex

    index: Any = VectorStoreIndex.from_documents(
        [Document(text=whole(t), id_=t["id"]) for t in texts], embed_model=embeddings()
    )
    index.storage_context.persist(persist_dir=str(folder))
    return len(index.docstore.docs)


def load(folder: Path) -> Ask:
    """Return what asks the index in `folder`."""
    from llama_index.core import StorageContext, load_index_from_storage

    context = StorageContext.from_defaults(persist_dir=str(folder))
    index: Any = load_index_from_storage(context, embed_model=embeddings())
    retriever = index.as_retriever(similarity_top_k=MOST)

    def ask(question: str) -> list[Hit]:
        return [hit(f.node.ref_doc_id, f.node.get_content(), f.score) for f in retriever.retrieve(question)]

    return ask


if __name__ == "__main__":
    main(build, load)
