"""Instructions on the beginning and the end of a response."""
