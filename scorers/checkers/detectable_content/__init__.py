"""What the response must have in it."""
