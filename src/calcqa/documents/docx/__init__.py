"""Loads Word files: styles, numbering and tables as elements of HTML, then the one walk of `documents/tree`."""

from calcqa.documents.docx.loader import load_docx

__all__ = ["load_docx"]
