"""IFBench's instructions on the form of a response."""
