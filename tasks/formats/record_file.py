"""Files of records: opened with gzip and zstd recognised, every error of reading a `BadSample` that names the file."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import BadSample, InputLimitError
from ..limits.files import open_input, open_unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


@contextmanager
def open_records(path: Path) -> Iterator[BinaryIO]:
    """Give the content of a file, decompressed if it is gzip or zstd.

    Raises `BadSample`, also for errors inside the block.
    """
    try:
        # A pipe can be read once only, so the file is opened once.
        with open_input(path) as file, open_unpacked(file, path) as content:
            yield content
    except FileNotFoundError:
        raise BadSample(f"there is no file {path}") from None
    except InputLimitError as error:
        raise BadSample(str(error)) from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadSample(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
