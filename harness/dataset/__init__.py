"""The sample set of a run file: generated, audited, described."""
