"""Issues that count rows of stores, such as rejected orders."""
