"""The index: built from documents, kept in a folder, opened and checked, and searched as one view."""
