"""Hold how webhook events are accepted, found, explained and replayed."""
