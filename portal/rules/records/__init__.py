"""Rules about mirrored records: which texts are equal, and what a search finds."""
