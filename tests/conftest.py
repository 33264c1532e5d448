"""Settings that all tests share."""

from hypothesis import settings

# The same examples in every run, no clock in the verdict, nothing left on disk.
settings.register_profile("house", deadline=None, database=None, derandomize=True, max_examples=200)
settings.load_profile("house")
