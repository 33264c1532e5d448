"""What every use of the Hugging Face hub shares: a process of its own, an early check, and limits of time.

The hub's library has no limits, and without a network it repeats every request for half a minute.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass

from .memory import memory_cap

TOTAL_SECONDS = 600.0
"""Seconds in which everything that is requested of the hub must be there."""
REQUEST_SECONDS = 10
"""Seconds of silence after which the hub counts as unreachable."""


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


def hub_command(module: str, wanted: HubName, *more: object) -> list[str]:
    """Return the command that runs `module` with the name of a set, the cap of the memory, and `more`."""
    # -P: a module of the working folder must not replace one of ours.
    arguments = (json.dumps(asdict(wanted)), memory_cap(), *more)
    return [sys.executable, "-P", "-m", module, *map(str, arguments)]


def hub_environment() -> dict[str, str]:
    """Return the environment of such a process: short time-outs, no progress bars, no telemetry."""
    quick = {"HF_HUB_DOWNLOAD_TIMEOUT": str(REQUEST_SECONDS), "HF_HUB_ETAG_TIMEOUT": str(REQUEST_SECONDS)}
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    return {**quick, **os.environ, **quiet}


def parse_hub_name(given: str) -> HubName:
    """Return the name that `hub_command` wrote."""
    return HubName(**json.loads(given))


def find_files(wanted: HubName) -> dict[str, int]:
    """Return names and sizes of the files of a set, by one quick request.

    Raises `ValueError` for a set that cannot be had, `ConnectionError` if the hub cannot be reached or is not to be.
    """
    from httpx2 import HTTPError
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if constants.HF_HUB_OFFLINE:
        raise ConnectionError("HF_HUB_OFFLINE forbids the network")
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
        raise ConnectionError(f"{constants.ENDPOINT} cannot be used ({describe_error(error)})") from None
    return {file.rfilename: file.size or 0 for file in described.siblings or ()}


def describe_error(error: BaseException) -> str:
    """Return what an error of the library says, on one short line."""
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
