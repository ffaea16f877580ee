"""Tests for the generated sample data."""
