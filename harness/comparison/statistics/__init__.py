"""The statistics of a comparison: estimates over clusters, tests, power."""
