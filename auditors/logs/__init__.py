"""What the logs of a system say about themselves."""
