"""Runs whose requests go to a provider in batches, and come back hours later, perhaps to another process."""
