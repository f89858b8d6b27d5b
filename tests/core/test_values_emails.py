import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.values.emails import EmailFailure, is_plain_email, library_email, parse_email, several_emails


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Maria.Lopez@Example.ORG ", "maria.lopez@example.org"),
        ("mailto:a@b.co", "a@b.co"),
        ("<a+vet2@b.co>", "a+vet2@b.co"),
        ("Ana Lema <Ana@b.co>", "ana@b.co"),
        ('"Lema, Ana" <ana@b.co>', "ana@b.co"),
        ("ana@b.co (work)", "ana@b.co"),
        ("ana@b.co.", "ana@b.co"),
        ("ana@b.co;", "ana@b.co"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("maria@shelter.test", "maria@shelter.test"),
        ("josé@example.com", "josé@example.com"),
    ],
)
def test_an_address_is_read_in_lower_case_without_what_surrounds_it(text: str, address: str) -> None:
    assert parse_email(text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("n/a", EmailFailure.NO_AT_SIGN),
        ("maria@@gmail.com", EmailFailure.BAD_FORMAT),
        ("maria@", EmailFailure.BAD_FORMAT),
        ("maria..lopez@gmail.com", EmailFailure.BAD_FORMAT),
        ("maria @ gmail.com", EmailFailure.BAD_FORMAT),
        ("maria@dominio,es", EmailFailure.BAD_FORMAT),
        ("maria@localhost", EmailFailure.BAD_FORMAT),
        ("Ana <ana@b.co> <bea@b.co>", EmailFailure.BAD_FORMAT),
        ("ana@b.co (bea@b.co)", EmailFailure.BAD_FORMAT),
        ("ana@b.co..", EmailFailure.BAD_FORMAT),
        ("a" * 250 + "@b.co", EmailFailure.TOO_LONG),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(text: str, reason: EmailFailure) -> None:
    assert parse_email(text) is reason


PARTS = st.text("ab1.-_+'%@ ñ", min_size=1, max_size=12)


@settings(max_examples=400, deadline=None)
@given(
    local=PARTS,
    domain=PARTS,
    end=st.sampled_from(("com", "es", "test", "local", "arpa", "x", "co.uk", "c0m")),
)
def test_the_fast_path_never_disagrees_with_the_library(local: str, domain: str, end: str) -> None:
    text = f"{local}@{domain}.{end}"
    taken = text if is_plain_email(text) else library_email(text)
    assert taken == library_email(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana@x.org; Bea@X.org", ("ana@x.org", "bea@x.org")),
        ("ana@x.org ::: bea@x.org ::: ana@x.org", ("ana@x.org", "bea@x.org")),
        ("ana@x.org / bea@x.org", ("ana@x.org", "bea@x.org")),
        ("ana@x.org\nbea@x.org", ("ana@x.org", "bea@x.org")),
        ("ana@x.org ana@x.org", ("ana@x.org",)),
        ("ana@x.org; none", ()),
        ("ana@x.org", ()),
        ("ana @ x.org", ()),
        ("; ".join(["ana@x.org"] * 11), ()),
    ],
)
def test_several_addresses_in_a_cell_are_taken_apart_only_where_all_are_addresses(
    text: str, found: tuple[str, ...]
) -> None:
    assert several_emails(text) == found
