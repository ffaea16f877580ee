"""API keys: creation, rotation, revocation, authentication."""
