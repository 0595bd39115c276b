"""Loads Markdown, with signs and numbers that only look like markup kept as they are."""

from calcqa.documents.markdown.loader import load_markdown

__all__ = ["load_markdown"]
