"""Tests of migrations that change rows."""
