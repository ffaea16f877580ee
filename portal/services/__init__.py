"""Use cases of the portal and the daemon, without Flask: one package per subject."""
