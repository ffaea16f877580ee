"""Life of a store's connection: connect, check, suspend, reconnect, disconnect."""
