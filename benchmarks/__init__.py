"""Benchmarks that compare: what is measured here needs data or environments that do not come with calcqa."""

import calcqa.config  # noqa: F401 - before any library that would report
