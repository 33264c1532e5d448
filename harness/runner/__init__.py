"""Executes a run."""
