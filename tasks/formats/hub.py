"""Data sets of the Hugging Face hub, downloaded by a process of its own within limits of size and time.

The hub's library has neither limit, and without a network it repeats every request for half a minute.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import BadSample
from ..limits.memory import MEGABYTE, VARIABLE, memory_cap

TOTAL_SECONDS = 600.0
"""Seconds in which a data set must have been downloaded."""
REQUEST_SECONDS = 10
"""Seconds of silence after which the hub counts as unreachable."""
MOST_FILES = 1000
_DATA = ("*.jsonl", "*.json", "*.csv", "*.tsv", "*.txt", "*.gz", "*.parquet", "README.md")
"""Files that a data set of samples consists of; others are not downloaded."""
_COMMIT = re.compile(r"[0-9a-f]{40}")


class HubError(BadSample):
    """A set cannot be loaded from the hub; the message is the reason alone."""


@dataclass(frozen=True)
class HubName:
    """A data set on the hub."""

    name: str
    """`owner/set`."""
    revision: str = ""
    """A commit, branch or tag; "" is the default branch."""
    config: str = ""
    """One of the set's configurations; "" is the default one."""

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" if self.revision else self.name


def fetch_dataset(wanted: HubName, seconds: float = TOTAL_SECONDS) -> tuple[Path, str]:
    """Return the folder in the hub's cache that holds a data set, and its commit; downloads what is missing.

    Without a network, or with HF_HUB_OFFLINE=1, the folder is that of an earlier download of the same revision. Raises
    `HubError` for a set that does not exist, is too large, or cannot be had within `seconds`.
    """
    quick = {"HF_HUB_DOWNLOAD_TIMEOUT": str(REQUEST_SECONDS), "HF_HUB_ETAG_TIMEOUT": str(REQUEST_SECONDS)}
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    # -P: a module of the working folder must not replace one of ours.
    command = [sys.executable, "-P", "-m", __name__, json.dumps(asdict(wanted)), str(memory_cap())]
    try:
        done = subprocess.run(  # noqa: S603  # a module of ours, which gets the name as an argument
            command, env={**quick, **os.environ, **quiet}, capture_output=True, timeout=seconds, check=False
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
    from huggingface_hub import constants, snapshot_download

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

    if constants.HF_HUB_OFFLINE:
        with suppress(OSError, ValueError):
            return load(local=True)
        raise ValueError(f"HF_HUB_OFFLINE forbids the network, and the cache holds no copy of {_describe(wanted)}")
    try:
        sizes = _find_sizes(wanted)
    except ConnectionError as error:
        with suppress(OSError, ValueError):
            return load(local=True)
        raise ValueError(f"{constants.ENDPOINT} cannot be used ({_one_line(error)})") from None
    _check_size(sizes, most)
    return load(local=False)


def _find_sizes(wanted: HubName) -> list[int]:
    """Return the sizes of the files of a set; raises `ValueError` for none, `ConnectionError` without a hub."""
    from httpx2 import HTTPError
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        described = HfApi().dataset_info(
            wanted.name, revision=wanted.revision or None, files_metadata=True, timeout=REQUEST_SECONDS
        )
    except GatedRepoError:
        raise ValueError("it is open only to those who accepted its terms: log in with `hf auth login`") from None
    except RevisionNotFoundError:
        raise ValueError(f"the hub has no revision {wanted.revision} of it") from None
    except RepositoryNotFoundError:
        raise ValueError(
            "there is no such set, or it is not public (a token in HF_TOKEN opens sets that you may read)"
        ) from None
    except HFValidationError:
        raise ValueError("this is no name of a set (names are owner/set)") from None
    except (OSError, ValueError, RuntimeError, HTTPError) as error:
        raise ConnectionError(_one_line(error)) from None
    return [
        file.size or 0 for file in described.siblings or () if any(Path(file.rfilename).match(kind) for kind in _DATA)
    ]


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


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__


def main(wanted: str, most: int) -> None:
    """Download a data set; print its folder or an error as JSON."""
    _limit_files(most)
    try:
        found = {"folder": str(_download(HubName(**json.loads(wanted)), most))}
    except (OSError, ValueError, RuntimeError) as error:  # of any other one the parent shows the last line
        found = {"error": _one_line(error)}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
