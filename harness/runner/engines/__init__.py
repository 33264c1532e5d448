"""Engines: where work runs, in one process, on all cores, or on several machines."""
