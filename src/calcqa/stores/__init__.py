"""Stores of vectors and of words: two protocols (`base`) and their implementations, searched by field and id."""
