"""How long the server really keeps what it is told."""
