"""Loads plain text: wrapped lines joined, headings, lists, tables and notes told by how they are written."""

from calcqa.documents.plain.loader import load_plain

__all__ = ["load_plain"]
