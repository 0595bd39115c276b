"""Vector stores: a protocol (`base`) and its implementations."""
