"""Mirror of the stores' records: mapping, last-write-wins upserts, deletions, schema changes."""
