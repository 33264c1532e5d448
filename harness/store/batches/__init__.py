"""What a run folder holds about batches at a provider."""
