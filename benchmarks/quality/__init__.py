"""How often it is right, over question sets."""
