"""Which network addresses a server may be made to call by what somebody has typed: public ones only.

Source of the rules: the reliability study, outbound requests (F2). The resolved address is judged, never the text.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_NEVER: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "168.63.129.16/32",  # a cloud host's own service, though its address is public
            "192.0.0.0/24",
            "100.64.0.0/10",
            "fec0::/10",
            "5f00::/16",
            "3fff::/20",
            "::/96",
        ),
    )
)


def parse_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a list such as `10.1.0.0/16, 192.168.1.5`. Raises ValueError that names the bad one."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Say whether an IP address is in one of these networks."""
    found = _parsed(address)
    return found is not None and _is_within(found, networks)


def may_be_called(address: str, *, allowed: Sequence[Network] = ()) -> bool:
    """Say whether an IP address is public and one computer's, or in a network that the operator allows.

    IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64) is judged as what it leads to.
    """
    found = _parsed(address)
    if found is None or _is_within(found, allowed):
        return found is not None
    if _is_within(found, _NEVER):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _is_within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _parsed(address: str) -> Address | None:
    try:
        return _unwrapped(ip_address(address.partition("%")[0]))
    except ValueError:
        return None


def _unwrapped(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and any(address in network for network in _NAT64):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner if inner is not None else address
