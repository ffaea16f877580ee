"""Rules of retried background work."""
