"""Everything the commands print."""
