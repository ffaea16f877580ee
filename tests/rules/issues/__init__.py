"""Tests of portal.rules.issues."""
