"""Hold runs: rows that say what is read of a store, by whom and how far."""
