"""Engines: how the scoring of a results folder is spread over processes and machines."""
