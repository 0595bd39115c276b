"""The doors: thin programs over the Assistant. They hold no logic of question answering."""
