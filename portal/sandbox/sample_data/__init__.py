"""Generated sample data. The same seed gives the same data."""
