"""IFBench's instructions to repeat a request; they are verified, never drawn for an article."""
