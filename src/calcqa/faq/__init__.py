"""FAQ entries: questions with their answers, and what is learned from them."""
