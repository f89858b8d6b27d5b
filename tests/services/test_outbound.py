"""Only what is public, encrypted and on a usual port is called; what a name leads to decides, not how it is written."""

import pytest

from phcs.core.public_addresses import parse_networks
from phcs.services.outbound import UnreachableError, require_callable


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/hooks",
        "https://localhost/hooks",
        "https://127.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://8.8.8.8:22/",
        "http://8.8.8.8/",
        "https://user:secret@8.8.8.8/",
        "ftp://8.8.8.8/",
        "https://no-such-name.invalid/",
        "not an address",
        "",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://8.8.8.8\\@127.0.0.1/",
        "https://8.8.8.8/a b",
        "https://8.8.8.8:99999/",
        "//8.8.8.8/",
    ],
)
def test_an_address_that_may_not_be_called_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(UnreachableError) as refused:
        require_callable(url, allowed=())

    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("url", ["https://8.8.8.8/", "https://8.8.8.8:8443/hooks?a=b"])
def test_a_public_address_may_be_called(url: str) -> None:
    require_callable(url, allowed=())


def test_in_networks_that_the_operator_allows_any_port_and_plain_http_will_do() -> None:
    require_callable("http://127.0.0.1:9/hooks", allowed=parse_networks("127.0.0.0/8"))

    with pytest.raises(UnreachableError, match="https"):
        require_callable("http://8.8.8.8/hooks", allowed=parse_networks("127.0.0.0/8"))
