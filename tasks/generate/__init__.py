"""From articles and a seed to samples, each with a witness."""
