"""Instructions on the words and letters of a response."""
