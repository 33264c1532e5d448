"""Settings that all tests share."""

import gc
import os
import signal
from pathlib import Path

from hypothesis import settings

# The data of nltk's tagger lies beside a checkout, not in it; nltk looks for it where this says.
NLTK_DATA = Path(__file__).parents[2] / "shared" / "nltk_data"
if NLTK_DATA.is_dir():
    os.environ.setdefault("NLTK_DATA", str(NLTK_DATA))

# Every client loads the certificates of all authorities, 20 ms of work, though the servers of the tests use no TLS. In
# this process and in those it starts, clients load this one certificate, whose key does not exist.
os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "golden" / "authority.pem")

# A shell starts what runs in the background, or below nohup, with these signals ignored, and so would be the process
# that a test interrupts.
if "PYTEST_XDIST_WORKER" in os.environ:
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)

# The same examples in every run, no clock in the verdict, nothing left on disk.
settings.register_profile("house", deadline=None, database=None, derandomize=True, max_examples=150)
settings.load_profile("house")


def pytest_collection_finish():
    """Spare the garbage collector the modules and tests, which stay until the end; collect as often as `ifh` does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
