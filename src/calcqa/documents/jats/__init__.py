"""Loads articles in JATS, the form of PubMed Central, by the walk of `documents/tree`."""

from calcqa.documents.jats.loader import load_jats

__all__ = ["load_jats"]
