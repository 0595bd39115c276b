"""LangChain as most begin with it: RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, FAISS on disk.

1,000 characters a chunk, 200 of them shared with the next, are what LangChain's own tutorial takes; the splitter's
default is 4,000, far beyond the encoder's window. All else as it comes: an exact index, Euclidean distance.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from common import MOST, Ask, Hit, Text, encoder, hit, main, whole

SIZE, OVERLAP = 1000, 200


def embeddings() -> Any:
    """Return LangChain's face of the encoder."""
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=encoder(), model_kwargs={"device": "cpu"})


def build(texts: list[Text], folder: Path) -> int:
    """Split the texts, and index the chunks."""
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP)
    chunks = splitter.split_documents([Document(whole(t), metadata={"doc": t["id"]}) for t in texts])
    FAISS.from_documents(chunks, embeddings()).save_local(str(folder))
    return len(chunks)


def load(folder: Path) -> Ask:
    """Return what asks the index in `folder`."""
    from langchain_community.vectorstores import FAISS

    # It keeps its texts in a pickle, which is safe to open because `build` has just written it.
    store = FAISS.load_local(str(folder), embeddings(), allow_dangerous_deserialization=True)

    def ask(question: str) -> list[Hit]:
        found = store.similarity_search_with_score(question, k=MOST)
        return [hit(d.metadata["doc"], d.page_content, -distance) for d, distance in found]

    return ask


if __name__ == "__main__":
    main(build, load)
