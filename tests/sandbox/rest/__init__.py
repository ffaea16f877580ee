"""The REST API, one resource a module."""
