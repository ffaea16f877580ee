"""Channels and the consents of stores."""
