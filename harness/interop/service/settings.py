"""ServiceSettings: address, token and limits of the verification service."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from ...errors import ConfigError

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class ServiceSettings:
    """What decides how the service answers."""

    host: str = "127.0.0.1"
    port: int = 8080
    """0 is any free port."""
    token: str = ""
    """What a request has to send as a bearer token; "" for none, on loopback only."""
    rules: str = "audited"
    """The rule book of a request that names none."""
    processes: int = 1
    """Verifying processes that work at once."""
    max_body: int = 8 * MEGABYTE
    """Bytes of a request's body."""
    max_items: int = 1000
    """Responses of one `/score` request."""
    max_requests: int = 256
    """Requests at work or waiting; further ones get status 503."""
    seconds: float = 5.0
    """Time limit of one response."""
    request_seconds: float = 60.0
    """Time limit of one request, its body included."""

    def check(self) -> None:
        """Raise `ConfigError` for an address that others can reach without a token."""
        if not is_loopback(self.host) and not self.token:
            raise ConfigError(
                f"--host {self.host} can be reached from other machines, so a token is required: put one into an "
                "environment variable and name it with --token-env"
            )


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches `host`."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
