"""Only public addresses of one computer may be called; the rest only where the operator allows it."""

import pytest

from phcs.core.public_addresses import is_within, may_be_called, parse_networks

PRIVATE = """
127.0.0.1 127.1.2.3 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255
192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
168.63.129.16 :: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 5f00::1 ff02::1 2001:db8::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1
2002:7f00:1:: 2002:a00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 ::127.0.0.1 ::7f00:1 3fff::1
""".split()
PUBLIC = (
    "8.8.8.8 93.184.216.34 172.15.0.1 172.32.0.1 192.169.0.1 2606:4700:4700::1111 64:ff9b::808:808".split()
)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_not_called(address: str) -> None:
    assert may_be_called(address) is False


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called(address: str) -> None:
    assert may_be_called(address) is True


@pytest.mark.parametrize(
    "text", ["", "localhost", "2130706433", "0x7f.1", "127.1", "1.2.3.4.5", "10.0.0.1/8"]
)
def test_what_is_no_address_is_not_called(text: str) -> None:
    assert may_be_called(text) is False


def test_the_operator_may_allow_networks() -> None:
    allowed = parse_networks("10.1.0.0/16, 192.168.1.5, fd00::/8")

    assert [may_be_called(one, allowed=allowed) for one in ("10.1.2.3", "192.168.1.5", "fd00::7")] == [
        True
    ] * 3
    assert [may_be_called(one, allowed=allowed) for one in ("10.2.0.1", "192.168.1.6", "::1")] == [False] * 3
    assert is_within("::ffff:10.1.2.3", allowed)
    assert not is_within("8.8.8.8", allowed)


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.1\.0\.0/99"):
        parse_networks("10.0.0.0/8, 10.1.0.0/99")
