"""Twins: the same article, task and instructions, put differently in one way."""
