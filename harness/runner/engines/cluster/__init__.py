"""Work on a Ray cluster: requests, and shards of responses to score. Needs the extra `ray`."""
