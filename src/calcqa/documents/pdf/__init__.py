"""Loads PDF, by stages: writing and glyphs, lines, what is visible, furniture, blocks and tables."""

from calcqa.documents.pdf.loader import load_pdf

__all__ = ["load_pdf"]
