"""The tests' network ends at this machine: whatever reaches further is refused and reported."""

import contextlib
import ipaddress
import socket
from typing import Any

# RFC 2606: names that never exist. A test of a failed look-up uses one of these; any other is a leak.
NEVER_FOUND = (".invalid", ".test", ".example")

_real_connect = socket.socket.connect
_real_connect_ex = socket.socket.connect_ex
_real_sendto = socket.socket.sendto
_real_getaddrinfo = socket.getaddrinfo

_leaks: list[str] = []


class OutsideError(RuntimeError):
    """A test tried to reach beyond this machine; no OSError, so that nothing takes it for a bad line."""


def guard() -> None:
    """Refuse connections and look-ups outside loopback from now on, in this process."""
    for function in (connect, connect_ex, sendto):
        setattr(socket.socket, function.__name__, function)
    socket.getaddrinfo = _getaddrinfo


def leaks() -> list[str]:
    """What was refused since the last call: code under test may have swallowed the error."""
    found = _leaks.copy()
    _leaks.clear()
    return found


def connect(self: socket.socket, address: Any) -> None:
    """Stand in for socket.connect."""
    _check(self, address)
    _real_connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    """Stand in for socket.connect_ex."""
    _check(self, address)
    return _real_connect_ex(self, address)


def sendto(self: socket.socket, data: Any, *rest: Any) -> int:
    """Stand in for socket.sendto."""
    _check(self, rest[-1])
    return _real_sendto(self, data, *rest)


def _getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or _is_here(name):
        return _real_getaddrinfo(host, *args, **kwargs)
    if name.rstrip(".").endswith(NEVER_FOUND):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    raise _refused(name)


def _check(connection: socket.socket, address: Any) -> None:
    if connection.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
        raise _refused(f"{address[0]}:{address[1]}")


def _is_here(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host.partition("%")[0])
        return address.is_loopback or address.is_unspecified
    return False


def _refused(where: str) -> OutsideError:
    _leaks.append(where)
    return OutsideError(f"a test tried to reach {where}: only loopback is allowed")
