"""Instructions on punctuation."""
