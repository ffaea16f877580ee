"""Hold a connection's life: connect, examine, suspend, mend, disconnect."""
