"""Tests of portal.rules.channels."""
