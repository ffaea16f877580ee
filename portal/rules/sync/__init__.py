"""Rules of the sync: freshness, retries, schema changes, nightly schedule."""
