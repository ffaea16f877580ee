"""Hold the use cases, one a file: what the portal and the daemon do, without Flask."""
