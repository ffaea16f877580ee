"""Test portal.rules."""
