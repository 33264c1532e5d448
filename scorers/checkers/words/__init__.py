"""IFBench's instructions on the letters, the order and the place of words."""
