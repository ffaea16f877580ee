"""Benchmarks of the README's promises; each module prints tables and figures."""
