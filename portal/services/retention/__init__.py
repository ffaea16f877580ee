"""Hold how old rows are given up and their space is given back."""
