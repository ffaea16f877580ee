"""Hold what channels are to be told, written with what it tells of."""
