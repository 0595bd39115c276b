"""Trains, measures and exports the reader. Not part of the installed package: nothing in src/calcqa imports it."""

import calcqa.config  # noqa: F401 - before any library that would report
