"""Test portal.models."""
