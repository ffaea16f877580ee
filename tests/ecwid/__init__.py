"""Test portal.ecwid."""
