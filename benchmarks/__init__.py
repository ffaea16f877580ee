"""Measure what the README promises: each module prints a table and ends with its figures."""
