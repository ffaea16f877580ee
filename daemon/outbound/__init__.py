"""Send messages to channels."""
