"""Language: characters, tokens, sentences, and English as data."""
