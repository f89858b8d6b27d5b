"""Calling an address that somebody has typed: the name is resolved once, judged, and exactly that address is called.

Source of the rules: the reliability study, webhooks and other outbound requests (F1 to F4).
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import BinaryIO
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from phcs.core.public_addresses import Network, is_within, may_be_called

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 20.0
MOST_BYTES = 65_536
DOWNLOAD_SECONDS = 600.0
MOST_REDIRECTS = 5
PIECE_BYTES = 1 << 20
PUBLIC_PORTS = frozenset({443, 8443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class UnreachableError(Exception):
    """The address was not called, or gave no answer; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `retry_after` is in seconds, None where the header is missing or a date."""

    status: int
    retry_after: int | None


@dataclass(frozen=True, slots=True)
class _Target:
    """Where to: a resolved address, and the name that certificate and Host header have to bear."""

    host: str
    port: int
    secure: bool
    path: str
    address: str


def require_callable(url: str, *, allowed: Sequence[Network]) -> None:
    """Raise UnreachableError with a sentence when this address may not be called or its name is unknown."""
    _resolved(url, allowed)


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Sequence[Network] = (),
    seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Send a POST and return the answer's status, whatever it is; redirects are not followed.

    Only public addresses by https on ports 443 and 8443 are called, and every one in `allowed` networks. Takes at
    most `seconds` from the connection on, and reads at most 64 KB. Raises UnreachableError.
    """
    target = _resolved(url, allowed)
    connection = _connection(target)
    with _in_words():
        try:
            connection.connect()
            with cut_after(seconds, connection.sock):
                connection.request("POST", target.path, body=body, headers=dict(headers))
                response = connection.getresponse()
                response.read(MOST_BYTES)
            return Answer(response.status, _retry_after(response))
        finally:
            connection.close()


def download(
    url: str,
    *,
    into: BinaryIO,
    max_bytes: int,
    allowed: Sequence[Network] = (),
    seconds: float = DOWNLOAD_SECONDS,
) -> str:
    """Write what an address gives into a file, and return the name that it gives the file, '' for none.

    Up to five redirects are followed, each judged as the first address. Raises UnreachableError, also for more than
    `max_bytes`, for another answer than 200, and when it takes longer than `seconds`.
    """
    address = url
    for _ in range(MOST_REDIRECTS + 1):
        step = _get(address, into, max_bytes, allowed, seconds)
        if not step.location:
            return step.name or _last_part(address)
        address = urljoin(address, step.location)
    raise UnreachableError("It leads from one address to the next without an end.")


@dataclass(frozen=True, slots=True)
class _Step:
    """What one request has come to: another address, or a file with a name."""

    location: str = ""
    name: str = ""


def _get(url: str, into: BinaryIO, max_bytes: int, allowed: Sequence[Network], seconds: float) -> _Step:
    target = _resolved(url, allowed)
    connection = _connection(target)
    with _in_words():
        try:
            connection.connect()
            with cut_after(seconds, connection.sock):
                connection.request("GET", target.path, headers={"User-Agent": "PHCS-Import", "Accept": "*/*"})
                response = connection.getresponse()
                if response.status in _REDIRECTS and (location := response.getheader("Location")):
                    return _Step(location=location)
                if response.status != HTTPStatus.OK:
                    raise UnreachableError(f"It answered with status {response.status}.")
                _copy(response, into, max_bytes)
                return _Step(name=_given_name(response))
        finally:
            connection.close()


def _copy(response: HTTPResponse, into: BinaryIO, max_bytes: int) -> None:
    size = 0
    while piece := response.read(PIECE_BYTES):
        size += len(piece)
        if size > max_bytes:
            raise UnreachableError(f"The file there is larger than {max_bytes // 1_000_000} MB.")
        into.write(piece)
    if response.length:
        raise UnreachableError("The transfer broke off.")


def _given_name(response: HTTPResponse) -> str:
    """The file's name in Content-Disposition, read by the standard library's parser of such headers."""
    header = Message()
    header["Content-Disposition"] = response.getheader("Content-Disposition") or "attachment"
    return header.get_filename() or ""


def _last_part(url: str) -> str:
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])


@contextmanager
def _in_words() -> Iterator[None]:
    """Say what went wrong on the way in a sentence."""
    try:
        yield
    except TimeoutError as error:
        raise UnreachableError("It did not answer in time.") from error
    except ssl.SSLError as error:
        raise UnreachableError("Its certificate or encryption cannot be trusted.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise UnreachableError("It could not be reached.") from error


@contextmanager
def cut_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """End a talk that takes too long, however slowly its bytes still drip in; raises TimeoutError then."""
    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):  # the other side has gone already
            line.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(seconds, cut)
    clock.daemon = True
    clock.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if is_cut.is_set():
            raise TimeoutError from error
        raise
    finally:
        clock.cancel()
    if is_cut.is_set():
        raise TimeoutError


def _resolved(url: str, allowed: Sequence[Network]) -> _Target:
    parts, port = _parts(url)
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(f"No computer is known by the name {host}.") from error
    addresses = [str(one[4][0]) for one in found]
    is_ours = all(is_within(address, allowed) for address in addresses)
    if not all(may_be_called(address, allowed=allowed) for address in addresses):
        raise UnreachableError("This address leads into a private network; it is not called.")
    if not is_ours and (parts.scheme != "https" or port not in PUBLIC_PORTS):
        raise UnreachableError("The address must begin with https:// and have port 443 or 8443.")
    path = parts.path or "/"
    return _Target(
        host, port, parts.scheme == "https", f"{path}?{parts.query}" if parts.query else path, addresses[0]
    )


def _parts(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError as error:
        raise UnreachableError("This is not an address.") from error
    if not parts.hostname or not port or not url.isascii() or not url.isprintable() or " " in url:
        raise UnreachableError("The address must look like https://example.org/hooks.")
    if parts.username or parts.password:
        raise UnreachableError("The address must not hold a name or a password.")
    return parts, port


def _connection(target: _Target) -> HTTPConnection:
    if not target.secure:
        return _PinnedConnection(target)
    return _PinnedTlsConnection(target)


class _PinnedConnection(HTTPConnection):
    """A connection to the address that was judged, though its name may lead elsewhere by now."""

    def __init__(self, target: _Target) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self._target = target

    def connect(self) -> None:
        """Call the judged address."""
        self.sock = socket.create_connection((self._target.address, self._target.port), CONNECT_SECONDS)


class _PinnedTlsConnection(HTTPSConnection):
    """The same with TLS; the certificate has to be that of the name."""

    def __init__(self, target: _Target) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS, context=self._trust)
        self._target = target

    def connect(self) -> None:
        """Call the judged address and let it prove its name."""
        plain = socket.create_connection((self._target.address, self._target.port), CONNECT_SECONDS)
        try:
            self.sock = self._trust.wrap_socket(plain, server_hostname=self._target.host)
        except BaseException:
            plain.close()
            raise


def _retry_after(response: HTTPResponse) -> int | None:
    text = (response.getheader("Retry-After") or "").strip()
    return int(text) if text.isdecimal() and len(text) <= 9 else None
