"""The visible form of the response."""
