"""Incoming webhook events: receipt, search, details, replay and erasure."""
