"""Rules of issues that count rows: their texts, growth, and audience."""
