"""Runs side by side and beside published results."""
