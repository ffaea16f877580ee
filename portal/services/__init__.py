"""Hold the use cases, one a file in rooms by subject: what portal and daemon do, without Flask."""
