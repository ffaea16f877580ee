"""Hold how the copied records are listed, looked at and exported."""
