"""Data sets of the Hugging Face hub, downloaded by a process of its own within limits of size and time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from ..errors import BadSample
from ..limits.hub import (
    TOTAL_SECONDS,
    HubName,
    describe_error,
    find_files,
    hub_command,
    hub_environment,
    parse_hub_name,
)
from ..limits.memory import MEGABYTE, VARIABLE

__all__ = ["HubError", "HubName", "fetch_dataset"]

MOST_FILES = 1000
_DATA = ("*.jsonl", "*.json", "*.csv", "*.tsv", "*.txt", "*.gz", "*.parquet", "README.md")
"""Files that a data set of samples consists of; others are not downloaded."""
_COMMIT = re.compile(r"[0-9a-f]{40}")


class HubError(BadSample):
    """A set cannot be loaded from the hub; the message is the reason alone."""


def fetch_dataset(wanted: HubName, seconds: float = TOTAL_SECONDS) -> tuple[Path, str]:
    """Return the folder in the hub's cache that holds a data set, and its commit; downloads what is missing.

    Without a network, or with HF_HUB_OFFLINE=1, the folder is that of an earlier download of the same revision. Raises
    `HubError` for a set that does not exist, is too large, or cannot be had within `seconds`.
    """
    try:
        done = subprocess.run(  # noqa: S603  # a module of ours, which gets the name as an argument
            hub_command(__name__, wanted), env=hub_environment(), capture_output=True, timeout=seconds, check=False
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise HubError(f"it was not there after {seconds:g} seconds") from None
    except ValueError:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:300]
        raise HubError(last or "the download ended without a result") from None
    if "error" in found:
        raise HubError(found["error"])
    folder = Path(found["folder"])
    return folder, folder.name if _COMMIT.fullmatch(folder.name) else ""


def _download(wanted: HubName, most: int) -> Path:
    """Return the folder of a data set; raises `ValueError` with the reason why it cannot be had."""
    from huggingface_hub import snapshot_download

    def load(*, local: bool) -> Path:
        # The library finds a branch in its cache by the name of the branch only, so the commit behind it is not named.
        return Path(
            snapshot_download(
                wanted.name,
                repo_type="dataset",
                revision=wanted.revision or None,
                allow_patterns=list(_DATA),
                local_files_only=local,
            )
        )

    try:
        files = find_files(wanted)
    except ConnectionError as error:
        with suppress(OSError, ValueError):
            return load(local=True)
        raise ValueError(f"{error}, and the cache holds no copy of {_describe(wanted)}") from None
    _check_size([size for name, size in files.items() if any(Path(name).match(kind) for kind in _DATA)], most)
    return load(local=False)


def _describe(wanted: HubName) -> str:
    return f"revision {wanted.revision} of the set" if wanted.revision else "the set"


def _check_size(sizes: list[int], most: int) -> None:
    if len(sizes) > MOST_FILES:
        raise ValueError(f"it has {len(sizes)} files, more than the {MOST_FILES} that are downloaded")
    if sum(sizes) > most:
        raise ValueError(
            f"it has {sum(sizes) / MEGABYTE:,.0f} MB, more than the {most / MEGABYTE:g} MB that are downloaded; "
            f"give one file of it, or allow more with {VARIABLE}=MEGABYTES"
        )


def _limit_files(most: int) -> None:
    """Have the system end a file that grows beyond `most` bytes, whatever size the hub states."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def main(wanted: str, most: int) -> None:
    """Download a data set; print its folder or an error as JSON."""
    _limit_files(most)
    try:
        found = {"folder": str(_download(parse_hub_name(wanted), most))}
    except (OSError, ValueError, RuntimeError) as error:  # of any other one the parent shows the last line
        found = {"error": describe_error(error)}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
