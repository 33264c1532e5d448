"""Which punctuation the response uses."""
