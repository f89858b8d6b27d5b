"""Amounts are exact: every spelling of a number gives the same text, and no amount ever was a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.values.amounts import MOST, amount_text, amount_units
from phcs.core.values.currencies import CURRENCIES, currency_of_region, read_currency
from phcs.core.values.money import MoneyValue, proven_mark, read_money, usual_mark

UNITS = st.integers(min_value=1 - MOST, max_value=MOST - 1)
CENTS = st.integers(min_value=0, max_value=10**13)


def read(text: str, *, mark: str = "", region: str = "US", currency: str = "USD") -> MoneyValue | None:
    return read_money(text, mark=mark, usual_mark=usual_mark(region), currency=currency)


def text_of(text: str, *, mark: str = "", region: str = "US") -> str:
    found = read(text, mark=mark, region=region)
    assert found is not None
    return found.text


@given(UNITS)
def test_a_canonical_text_is_read_as_itself_where_points_are_decimal(units: int) -> None:
    assert text_of(amount_text(units), mark="point") == amount_text(units)
    assert amount_units(amount_text(units)) == units


@given(CENTS, st.sampled_from(["comma", "point"]), st.sampled_from(["", "-", "$ ", "COP ", "US$"]))
def test_every_spelling_with_cents_is_the_same_exact_amount(cents: int, mark: str, before: str) -> None:
    grouped = f"{cents // 100:,}.{cents % 100:02}"
    spelt = grouped if mark == "point" else grouped.translate(str.maketrans(",.", ".,"))
    expected = Decimal(cents) / 100 * (-1 if before == "-" else 1)
    for region in ("US", "CO"):
        assert Decimal(text_of(before + spelt, region=region)) == expected


@given(st.text(max_size=30))
def test_any_text_is_an_amount_that_can_be_stored_or_none(text: str) -> None:
    found = read(text)
    assert found is None or amount_text(amount_units(found.text)) == found.text


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$ 1.234,50", "1234.50", "USD"),
        ("1,234.50", "1234.50", ""),
        ("(12.00)", "-12.00", ""),
        ("($ 1.234,50)", "-1234.50", "USD"),
        ("12,5", "12.50", ""),
        ("-$ 5", "-5.00", "USD"),
        ("12-", "-12.00", ""),
        ("12,-", "12.00", ""),
        ("12,- €", "12.00", "EUR"),
        ("1.234,\u2013 €", "1234.00", "EUR"),
        ("CHF 12.--", "12.00", "CHF"),
        ("-12,- €", "-12.00", "EUR"),
        ("12,50 EUR-", "-12.50", "EUR"),
        ("12,50- €", "-12.50", "EUR"),
        ("(24,20 €)", "-24.20", "EUR"),
        ("$(12.00)", "-12.00", "USD"),
        ("1'234.50 CHF", "1234.50", "CHF"),
        ("1 234,50 €", "1234.50", "EUR"),
        ("R$ 0,125", "0.125", "BRL"),
        ("100 pesos colombianos", "100.00", "COP"),
    ],
)
def test_what_people_write_is_read(text: str, amount: str, currency: str) -> None:
    found = read(text)
    assert found is not None
    assert (found.text, found.currency, found.is_ambiguous) == (amount, currency, False)


@pytest.mark.parametrize(("region", "text"), [("CO", "45.000"), ("US", "45,000")])
def test_three_digits_after_the_usual_mark_are_thousands(region: str, text: str) -> None:
    assert read(text, region=region) == MoneyValue("45000.00")


@pytest.mark.parametrize(("region", "text"), [("US", "45.000"), ("CO", "45,000")])
def test_they_are_in_doubt_after_a_mark_that_is_unusual_there(region: str, text: str) -> None:
    assert read(text, region=region) == MoneyValue("45000.00", is_ambiguous=True)


def test_what_the_column_proves_decides_what_a_cell_leaves_open() -> None:
    assert text_of("45.000", mark="point") == "45.00"
    assert text_of("45.000", mark="comma") == "45000.00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "$",
        "free",
        "12 + 3",
        "19%",
        "1-2",
        "12,34,567",
        "9" * 14,
        "12 - paid",
        "-12-",
        "(-12)",
        "(12",
        "12--",
    ],
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert read(text) is None


def test_an_unknown_word_beside_an_amount_is_told_and_more_than_four_decimals_are_rounded() -> None:
    assert read("12 doblones") == MoneyValue("12.00", unknown="doblones")
    assert read("33.333333333") == MoneyValue("33.3333", is_rounded=True)


@pytest.mark.parametrize(
    ("text", "mark"), [("1.234,5", "comma"), ("$ 1,234.5", "point"), ("1.234.567", "comma"), ("45.000", "")]
)
def test_a_spelling_proves_its_decimal_mark_or_nothing(text: str, mark: str) -> None:
    assert proven_mark(text) == mark


@pytest.mark.parametrize(
    ("text", "usual", "code"),
    [
        ("$", "COP", "COP"),
        ("pesos", "MXN", "MXN"),
        ("pesos", "USD", ""),
        ("dólares", "COP", "USD"),
        ("cop", "USD", "COP"),
        ("doblones", "COP", ""),
    ],
)
def test_a_sign_means_what_is_usual_where_it_stands(text: str, usual: str, code: str) -> None:
    assert read_currency(text, usual) == code


def test_every_region_has_a_currency_that_is_known() -> None:
    assert [currency_of_region(region) for region in ("CO", "US", "ES", "MX", "??")] == [
        "COP",
        "USD",
        "EUR",
        "MXN",
        "USD",
    ]
    assert all(len(code) == 3 and read_currency(code, "USD") == code for code in CURRENCIES)
