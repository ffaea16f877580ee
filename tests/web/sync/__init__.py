"""Tests of the pages and commands that steer the sync."""
