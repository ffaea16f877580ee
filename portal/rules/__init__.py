"""Decide, purely: no database, no network, the standard library only."""
