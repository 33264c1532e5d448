"""Data sets on the Hugging Face hub: one quick request first, so that a missing network costs seconds, not a minute."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import BadSample
from .tables import quiet_datasets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 10.0
"""Time limit of the first request."""
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


def load_splits(wanted: HubName) -> tuple[Mapping[str, Any], str]:
    """Return the splits of a set by name, and the commit that they are from ("" if it is not known).

    Without a network, or with HF_HUB_OFFLINE=1, the set comes from the cache of an earlier download, if it is the same
    revision. Raises `HubError`.
    """
    from datasets import load_dataset
    from datasets.exceptions import DatasetGenerationError

    unreachable = _find_obstacle(wanted)
    with quiet_datasets(), _offline(when=bool(unreachable)):
        try:
            splits = load_dataset(wanted.name, wanted.config or None, revision=wanted.revision or None)
        except (OSError, ValueError, DatasetGenerationError) as error:
            raise HubError(unreachable or _one_line(error.__cause__ or error)) from None
    commit = _commit_of(splits)
    if _COMMIT.fullmatch(wanted.revision) and commit not in ("", wanted.revision):
        raise HubError(f"{unreachable or 'the hub gave another revision'}, and the cache holds revision {commit}")
    return {str(name): rows for name, rows in splits.items()}, commit


def _find_obstacle(wanted: HubName) -> str:
    """Return why the hub does not give the set, "" if it does: the library itself retries for half a minute."""
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        HfApi().dataset_info(wanted.name, revision=wanted.revision or None, timeout=SECONDS)
    except GatedRepoError:
        return "it is open only to those who accepted its terms: log in with `hf auth login`"
    except RepositoryNotFoundError:
        return "the hub has no set of this name, or it is private"
    except RevisionNotFoundError:
        return f"the hub has no revision {wanted.revision} of it"
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "?"
        return f"the hub answered with status {status}"
    except (httpx2.HTTPError, OSError, ValueError) as error:
        return _one_line(error)
    return ""


@contextmanager
def _offline(*, when: bool) -> Iterator[None]:
    """Keep `datasets` from requests that were seen to fail: it reads its cache at once instead of retrying."""
    import datasets
    import huggingface_hub

    places = (datasets.config, huggingface_hub.constants)
    before = [place.HF_HUB_OFFLINE for place in places]
    for place, was in zip(places, before, strict=True):
        place.HF_HUB_OFFLINE = was or when
    try:
        yield
    finally:
        for place, was in zip(places, before, strict=True):
            place.HF_HUB_OFFLINE = was


def _commit_of(splits: Mapping[str, Any]) -> str:
    """Return the commit that names the folder in which `datasets` caches the set."""
    files = (Path(file["filename"]) for rows in splits.values() for file in rows.cache_files)
    return next((path.parent.name for path in files if _COMMIT.fullmatch(path.parent.name)), "")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
