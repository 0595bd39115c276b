"""Benchmarks that compare: what is measured here needs data or environments that do not come with calcqa."""
