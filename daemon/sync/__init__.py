"""Read stores page by page into the mirror, resumable and in slices."""
