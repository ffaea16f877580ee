"""Decisions about alerts to operators."""
