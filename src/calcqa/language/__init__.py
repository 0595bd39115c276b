"""What is known of language: characters, tokens and sentences of English."""
