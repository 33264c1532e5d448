"""IFBench's instructions on sentences in their order."""
