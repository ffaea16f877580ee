"""Tests of daemon.jobs."""
