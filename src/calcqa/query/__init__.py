"""The question itself: expanded, spelt, split into parts, and rewritten where it follows another."""
