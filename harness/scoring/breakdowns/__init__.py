"""Metrics of parts of a run: by epoch, and by the training cut-off of the model."""
