"""Pages served on this machine: the report of one run, or all runs of a folder; nothing is written."""
