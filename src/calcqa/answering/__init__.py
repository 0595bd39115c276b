"""Reading candidates, deciding whether to answer, and composing the answer from quotes."""
