"""Hold what a shopper may ask for: a copy of their data, or to be forgotten."""
