"""Deletion of old rows, and return of their space to the disk."""
