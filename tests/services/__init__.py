"""Test portal.services."""
