"""IFBench's instructions on shares and proportions."""
