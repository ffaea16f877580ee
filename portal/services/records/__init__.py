"""Lists, searches and exports of mirrored records."""
