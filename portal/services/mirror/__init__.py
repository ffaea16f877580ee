"""Hold how a store's records become rows here, newer ones only."""
