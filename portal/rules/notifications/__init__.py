"""Rules of when people are notified by email."""
