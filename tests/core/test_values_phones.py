import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.values.phones import PhoneFailure, PhoneValue, fast_e164, parse_one, parse_phone

REGIONS = ("US", "ES", "GB", "CO", "BR", "MX", "AR", "AU", "DE", "IT", "FR", "PT", "JP", "IN")


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("(415) 555-2671", "US", "+14155552671"),
        ("4155552671", "US", "+14155552671"),
        ("1-415-555-2671", "US", "+14155552671"),
        ("+15554443333", "US", "+15554443333"),
        ("tel:+34612345678", "US", "+34612345678"),
        ("0034 612 345 678", "US", "+34612345678"),
        ("(+34) 612-345-678", "US", "+34612345678"),
        (" +34\u00a0612 345 678 ", "US", "+34612345678"),
        ("612 34 56 78", "ES", "+34612345678"),
        ("415-555-2671 (cell)", "US", "+14155552671"),
        ("415-555-2671 mobile", "US", "+14155552671"),
        ("Cell: 415-555-2671", "US", "+14155552671"),
        ("415-555-2671 ext. 12", "US", "+14155552671"),
        ("612345678.0", "ES", "+34612345678"),
        ("4.155552671E9", "US", "+14155552671"),
        ("34612345678", "US", "+34612345678"),
        ("'+34612345678", "US", "+34612345678"),
        ("07700 900123", "GB", "+447700900123"),
        ("+34 (0) 600 111 230", "US", "+34600111230"),
        ("0034 (0)600111230", "ES", "+34600111230"),
        ("+44 (0)20 7946 0958", "ES", "+442079460958"),
        ("+39 (0)2 1234 5678", "ES", "+390212345678"),
        ("+34 móvil 600111222", "US", "+34600111222"),
        ("0171 1234567 Durchwahl 5", "DE", "+491711234567"),
        ("030 casa 123456 anexo 12", "DE", "+4930123456"),
        ("600111222 extensión 12", "ES", "+34600111222"),
    ],
)
def test_a_number_in_any_usual_spelling_is_read(text: str, region: str, e164: str) -> None:
    assert parse_phone(text, region) == PhoneValue(e164)


@pytest.mark.parametrize(
    ("text", "region", "reason"),
    [
        ("555-2671", "US", PhoneFailure.NO_AREA_CODE),
        ("12345", "ES", PhoneFailure.TOO_SHORT),
        ("61234567", "ES", PhoneFailure.TOO_SHORT),
        ("+34 12", "ES", PhoneFailure.TOO_SHORT),
        ("6123456789012345", "ES", PhoneFailure.TOO_LONG),
        ("+999 123 456 789", "ES", PhoneFailure.UNKNOWN_COUNTRY),
        ("no tiene", "ES", PhoneFailure.NOT_A_NUMBER),
        ("91122233 anexo 4", "ES", PhoneFailure.TOO_SHORT),
        ("030 123456 privat 0171 123456", "DE", PhoneFailure.NOT_A_NUMBER),
        ("six one two", "ES", PhoneFailure.NOT_A_NUMBER),
        ("000000000", "ES", PhoneFailure.PLACEHOLDER),
        ("0000000000", "US", PhoneFailure.PLACEHOLDER),
        ("9999999999", "US", PhoneFailure.PLACEHOLDER),
        ("123456789", "ES", PhoneFailure.PLACEHOLDER),
        ("1234567890", "US", PhoneFailure.PLACEHOLDER),
        ("4.16E9", "US", PhoneFailure.ROUNDED),
        ("call the neighbour " * 9, "US", PhoneFailure.NOT_A_NUMBER),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text: str, region: str, reason: PhoneFailure) -> None:
    assert parse_phone(text, region) is reason


def test_two_numbers_in_one_cell_are_both_kept() -> None:
    assert parse_phone("415-555-2671 / 415-555-9999", "US") == PhoneValue("+14155552671", "+14155559999")
    assert parse_phone("600111222 - 600333444", "ES") == PhoneValue("+34600111222", "+34600333444")
    assert parse_phone("912 - 345 - 678", "ES") == PhoneValue("+34912345678")
    assert parse_phone("600111222 - 12", "ES") is PhoneFailure.TOO_LONG


@settings(max_examples=400, deadline=None)
@given(
    region=st.sampled_from(REGIONS),
    digits=st.text("0123456789", min_size=4, max_size=14),
    plus=st.sampled_from(("", "+", "00")),
)
def test_the_fast_path_never_disagrees_with_the_library(region: str, digits: str, plus: str) -> None:
    text = plus + digits
    fast = fast_e164(text, region)
    assert fast in ("", parse_one(text, region))


@settings(max_examples=200, deadline=None)
@given(
    region=st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    digit=st.sampled_from("0123456789"),
    data=st.data(),
)
def test_the_fast_path_agrees_near_every_countrys_real_numbers(
    region: str, digit: str, data: st.DataObject
) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    national = phonenumbers.national_significant_number(example)
    place = data.draw(st.integers(0, len(national)))
    prefix = data.draw(st.sampled_from(("", f"+{example.country_code}", f"00{example.country_code}")))
    text = prefix + national[:place] + digit + national[place + data.draw(st.integers(0, 1)) :]
    assert fast_e164(text, region) in ("", parse_one(text, region))


@pytest.mark.parametrize(
    ("text", "region"), [("4155552671", "US"), ("+447400123456", "US"), ("612345678", "ES")]
)
def test_everyday_numbers_take_the_fast_path(text: str, region: str) -> None:
    assert fast_e164(text, region) == parse_one(text, region)
