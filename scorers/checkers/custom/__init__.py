"""IFBench's instructions that are a task of their own; they are verified, never drawn for an article."""
