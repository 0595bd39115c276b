"""Runs for readers: a page with plots, and tables for a terminal."""
