"""Encoders and readers: protocols, pure steps, and the libraries that run them."""
