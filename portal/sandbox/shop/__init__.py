"""Make up what a shop has: the same seed gives the same shop."""
