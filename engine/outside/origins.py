"""Which systems may be called: origins that an administrator names, at addresses that are not inside the house.

A diagram chooses the path, never the system. The name is resolved once and the connection goes to that very address,
so that a name that changes its mind between check and call (DNS rebinding) changes nothing. Sources: RFC 6890 and
RFC 6052 for addresses that are not public, RFC 6454 for origins.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import SplitResult, urlsplit

from engine.errors import Invalid, WorkFailed

__all__ = ["AddressRefused", "OriginRefused", "Origins", "Target", "is_public", "origin_of"]

PORTS: Final = {"https": 443, "http": 80}
LONGEST: Final = 4_000
# Translations of IPv4 (RFC 6052, RFC 8215), 6to4 and Teredo: what looks public may lead inside.
_LEADING_INSIDE: Final = tuple(
    ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class OriginRefused(Invalid):
    """“{origin}” is not the address of a system: write https://host or https://host:port, and nothing behind it."""

    code: ClassVar[str] = "origin_refused"


class AddressRefused(WorkFailed):
    """{reason}"""

    code: ClassVar[str] = "address_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, again=False)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: the origin's parts, the path with its query, and the one address that was checked."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def authority(self) -> str:
        """The Host header (RFC 9110 §7.2)."""
        host = _written(self.host)
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins that may be called, as `scheme://host:port`; those `inside` may have private addresses."""

    allowed: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allowed: Iterable[str], inside: Iterable[str] = ()) -> Origins:
        """The origins of these addresses. Raises OriginRefused."""
        within = frozenset(origin_of(each) for each in inside)
        return cls(frozenset(origin_of(each) for each in allowed) | within, within)

    def target(self, url: str) -> Target:
        """Where this address leads, resolved and checked. Raises AddressRefused, WorkFailed where it has no answer."""
        read = _split(url)
        if read is None:
            raise AddressRefused("the address of the call cannot be read")
        origin = _origin(read)
        if origin not in self.allowed:
            raise AddressRefused("the address of the call leads to a system that no administrator allowed")
        host, port = str(read.hostname), read.port or PORTS[read.scheme]
        path = (read.path or "/") + (f"?{read.query}" if read.query else "")
        return Target(read.scheme, host, port, path, self._address(origin, host, port))

    def _address(self, origin: str, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as unknown:
            raise WorkFailed("the name of the system has no address now") from unknown
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if origin not in self.inside and not all(is_public(each) for each in addresses):
            raise AddressRefused("the address of the call leads inside the house")
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet: no private, local, shared or reserved range, no tunnel."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(read, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(str(mapped))
    if any(read in network for network in _LEADING_INSIDE if network.version == read.version):
        return False
    return read.is_global and not read.is_multicast


def origin_of(address: str) -> str:
    """The origin of `https://host[:port]`. Raises OriginRefused for anything else, also for what has a path."""
    read = _split(address.strip())
    if read is None or read.path not in ("", "/") or read.query:
        raise OriginRefused(origin=address[:100])
    return _origin(read)


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None for one with a user, a fragment, controls, backslashes or no host."""
    if len(url) > LONGEST or not url.isascii() or any(character <= " " or character in '\\"<>' for character in url):
        return None
    try:
        read = urlsplit(url)
        usable = read.scheme in PORTS and bool(read.hostname) and (read.port is None or 0 < read.port < 65_536)
    except ValueError:
        return None
    return read if usable and "@" not in read.netloc and not read.fragment else None


def _origin(read: SplitResult) -> str:
    return f"{read.scheme}://{_written(str(read.hostname))}:{read.port or PORTS[read.scheme]}"


def _written(host: str) -> str:
    """A host as addresses write it: one of IPv6 in brackets (RFC 3986 §3.2.2)."""
    return f"[{host}]" if ":" in host else host
