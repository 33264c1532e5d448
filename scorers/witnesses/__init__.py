"""Search for a text that follows a whole set of instructions."""
