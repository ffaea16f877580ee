"""Downloads of all that a store has."""
