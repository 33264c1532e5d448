"""Where the work of a command runs: in this process, on all cores, or on a Ray cluster."""
