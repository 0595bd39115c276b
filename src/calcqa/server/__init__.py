"""The server: one application, what stands before it, and the page that is mounted on it."""
