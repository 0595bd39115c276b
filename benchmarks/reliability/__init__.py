"""What hostile input, faults and crowds do to it."""
