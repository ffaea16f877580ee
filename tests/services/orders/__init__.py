"""Test orders on their way out, on a running sandbox."""
