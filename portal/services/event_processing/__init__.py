"""Processing of webhook events: batches, fetches, outcomes."""
