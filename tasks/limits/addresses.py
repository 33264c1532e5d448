"""Network addresses: those of the user's own machine and network are refused unless the user names them."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from collections.abc import Iterable

Origin = tuple[str, int]
"""Host in lower case, and port."""
_PORTS = {"http": 80, "https": 443}
_FAKE = ip_network("198.18.0.0/15")
"""Reserved for benchmarks; tunnelling proxies answer name look-ups from it."""
_CARRYING = tuple(ip_network(prefix) for prefix in ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96"))
"""IPv6 networks with an IPv4 address in the last four bytes: of translators, and of a form out of use."""
_INSIDE = tuple(ip_network(prefix) for prefix in ("64:ff9b:1::/48", "fec0::/10"))
"""Networks for local use that Python, or some version of it, counts as global."""


class ForbiddenAddressError(Exception):
    """A URL leads to an address inside the user's own machine or network."""


def origin_of(url: str) -> Origin:
    """Return host and port of a URL; raises `ForbiddenAddressError` for one that has none or is not http."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ForbiddenAddressError("is no web address") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ForbiddenAddressError("is no web address")
    return parts.hostname.lower().rstrip("."), port


def check_url(url: str, named: Iterable[Origin]) -> bool:
    """Raise `ForbiddenAddressError` if a URL leads inside; return whether the address of the peer is to be checked.

    `named` are the origins in the user's options, which may be anywhere. Behind a proxy the proxy resolves the name, so
    only addresses in digits are checked. Raises `OSError` for a name that cannot be resolved.
    """
    origin = origin_of(url)
    if origin in set(named):
        return False
    host, port = origin
    if (literal := _literal(host)) is not None:
        check_ip(literal)
    elif host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise ForbiddenAddressError(f"leads to {host}, a name inside your own network")
    if has_proxy(url):
        return False
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise ForbiddenAddressError("is no web address") from None
    for _, _, _, _, address in found:
        check_ip(str(address[0]))
    return True


def check_ip(address: str) -> None:
    """Raise `ForbiddenAddressError` for an IP address that is private, loopback, link-local or otherwise not public."""
    found = ip_address(address.partition("%")[0])
    for inner in _inner_addresses(found):
        inside = any(inner in network for network in _INSIDE)
        if inside or not (inner.is_global or inner in _FAKE) or inner.is_multicast:
            raise ForbiddenAddressError(f"leads to {address}, an address inside your own machine or network")


def has_proxy(url: str) -> bool:
    """Return whether requests to a URL go through a proxy of the environment."""
    parts = urlsplit(url)
    proxies = getproxies()
    return bool(proxies.get(parts.scheme) or proxies.get("all")) and not proxy_bypass(parts.hostname or "")


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return None


def _inner_addresses(found: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """Return the address itself, or the IPv4 address that an IPv6 one carries."""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return [found.ipv4_mapped]
        if found.sixtofour:
            return [found.sixtofour]
        if any(found in network for network in _CARRYING):
            return [IPv4Address(int(found) & 0xFFFFFFFF)]
    return [found]
