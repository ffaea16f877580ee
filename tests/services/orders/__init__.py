"""Tests of orders against a running sandbox."""
