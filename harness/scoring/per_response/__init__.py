"""What is known of each response of a run, result and metrics, in a few bytes each."""
