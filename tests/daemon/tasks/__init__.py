"""Tests of daemon.tasks."""
