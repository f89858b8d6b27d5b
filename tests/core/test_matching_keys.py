"""Keys that bring owners together, and contacts that must not."""

import pytest

from tests.match_keys import contact_keys


def _keys(
    *, source: str = "waitwhile", external_id: str = "", phone: str = "", phone2: str = "", email: str = ""
) -> tuple[int, ...]:
    return contact_keys(source=source, external_id=external_id, phone=phone, phone2=phone2, email=email)


def test_keys_are_stored_so_they_stay_what_they_are() -> None:
    assert _keys(external_id="uGMb0M", phone="+34612345678", email="ana@example.org") == (
        -280848902896705591,
        -5583827211567784199,
        386289649323984161,
    )


def test_blanks_give_no_key() -> None:
    assert _keys() == ()


def test_an_external_id_belongs_to_its_source() -> None:
    assert _keys(external_id="17") != _keys(external_id="17", source="okvet")


def test_both_phones_share_one_space_of_keys() -> None:
    assert _keys(phone="+34612345678") == _keys(phone2="+34612345678")


@pytest.mark.parametrize(
    "phone", ["+34000000000", "+34611111111", "+15555555555", "+34123456789", "+34606060606"]
)
def test_a_number_that_stands_for_none_is_no_key(phone: str) -> None:
    assert _keys(phone=phone) == ()


@pytest.mark.parametrize(
    "email",
    [
        "info@clinic.example",
        "NoReply@clinic.example",
        "no-reply+x@clinic.example",
        "ana",
        "@x.example",
        "a@b@c",
    ],
)
def test_a_mailbox_that_is_nobodys_own_is_no_key(email: str) -> None:
    assert _keys(email=email) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@Example.org", "ana@example.org"),
        ("ana+dogs@example.org", "ana@example.org"),
        ("a.n.a@gmail.com", "ana@googlemail.com"),
    ],
)
def test_one_mailbox_in_two_spellings_has_one_key(one: str, other: str) -> None:
    assert _keys(email=one) == _keys(email=other) != ()


def test_dots_count_outside_gmail() -> None:
    assert _keys(email="a.na@example.org") != _keys(email="ana@example.org")
