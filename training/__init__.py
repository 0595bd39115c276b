"""Trains, measures and exports the reader. Not part of the installed package: nothing in src/calcqa imports it."""
