"""What tests share: fakes, invented documents, and servers to talk to."""
