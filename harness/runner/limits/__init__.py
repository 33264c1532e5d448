"""What bounds the requests of a run: concurrency, rates, retries, budget."""
