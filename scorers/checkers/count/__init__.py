"""IFBench's instructions on how often something occurs."""
