"""The same questions put to other programs."""
