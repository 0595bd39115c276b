"""Loads PDF, by stages: writing and glyphs, lines, what is visible, furniture, blocks and tables."""
