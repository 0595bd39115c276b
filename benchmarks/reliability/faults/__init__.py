"""What is left when a process is killed, a disk is full, a folder is closed, or a byte of an index turns."""
