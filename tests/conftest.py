"""Settings that all tests share."""

import os
from pathlib import Path

from hypothesis import settings

# The data of nltk's tagger lies beside a checkout, not in it; nltk looks for it where this says.
NLTK_DATA = Path(__file__).parents[2] / "shared" / "nltk_data"
if NLTK_DATA.is_dir():
    os.environ.setdefault("NLTK_DATA", str(NLTK_DATA))

# The same examples in every run, no clock in the verdict, nothing left on disk.
settings.register_profile("house", deadline=None, database=None, derandomize=True, max_examples=150)
settings.load_profile("house")
