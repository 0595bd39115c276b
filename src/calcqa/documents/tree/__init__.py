"""From a tree of elements to the parts of a document, for HTML, EPUB, JATS and Word files."""
