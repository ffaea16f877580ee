"""Tests of the API through HTTP calls."""
