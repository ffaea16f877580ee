"""Tests of portal.rules."""
