"""Hold what the marketplace's own programs are given: keys."""
