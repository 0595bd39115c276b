"""How long the program takes, and how much memory."""
