"""One run's folder on disk."""
