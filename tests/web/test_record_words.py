"""Facts of a history in the words that people read."""

import pytest

from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.web.records.wording import amount_words, history_title
from tests.builders import actor_of, build_person
from tests.import_builders import build_review, visit
from tests.web.pages import Pages


@pytest.mark.parametrize(
    ("units", "words"),
    [
        (None, ""),
        (0, "0.00 EUR"),
        (-5_000, "-0.50 EUR"),
        (12_345_000, "1,234.50 EUR"),
        (-12_345_000_250, "-1,234,500.025 EUR"),
    ],
)
def test_an_amount_keeps_its_sign_and_all_its_decimals(units: int | None, words: str) -> None:
    assert amount_words(units, "EUR") == words


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"method": "", "amount": 12_345_000, "currency": "EUR"}, "1,234.50 EUR"),
        ({"method": "Cash", "amount": 12_345_000}, "Cash"),
        ({"method": "", "amount": None}, "Payment"),
    ],
)
def test_a_record_is_called_by_what_it_says_first(facts: dict[str, object], title: str) -> None:
    assert history_title(facts, RecordKind.PAYMENT) == title


def test_the_preview_tells_times_and_days_as_every_other_page_does(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        admin = actor_of(build_person(organisation=pages.organisation))
        import_id = build_review(actor=admin, content=[visit(1)])

    page = pages.get(f"/imports/{import_id}/preview")

    assert [one.get_text() for one in page.soup.select(".row-main time")] == ["2 Nov 2026"]
    assert "Opened 2 Nov 2026, 10:00" in page.text
    assert "T10:00:00+00:00" not in page.text
