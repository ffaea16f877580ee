"""Tests for the calculation of prices."""
