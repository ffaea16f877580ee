"""Channels, and what stores allow them to do."""
