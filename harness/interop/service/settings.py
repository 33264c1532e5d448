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
    max_instructions: int = 100
    """Instructions of one response."""
    seconds: float = 5.0
    """Time limit of one response."""
    request_seconds: float = 60.0
    """Time limit of one request, its body included."""

    @property
    def max_connections(self) -> int:
        """Connections from which on requests get status 503; waiting ones count, so there are more than requests."""
        return 4 * self.max_requests

    @property
    def bare_host(self) -> str:
        """The host without the brackets around an IPv6 address."""
        return self.host.strip("[]")

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
