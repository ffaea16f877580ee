"""Privacy requests of shoppers: access to their data, and erasure."""
