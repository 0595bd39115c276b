"""Loads saved web pages."""

from calcqa.documents.html.loader import load_html

__all__ = ["load_html"]
