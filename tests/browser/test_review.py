"""A review in a real browser: what is unusual is confirmed by keyboard, an import goes back and comes on."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import Running
from tests.browser.test_whole_way import ADMIN, PATIENCE, REVIEWER, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Look = Callable[[Page], list[str]]
PHONE: ViewportSize = {"width": 390, "height": 844}


def with_placeholder(sample: Path, path: Path) -> Path:
    """The sample, but that sixty rows have one phone number."""
    with sample.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows[:60]:
        row["PHONE"] = "+14155550100"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def upload(page: Page, file: Path) -> str:
    """Upload a file and wait for its preview; gives the import's address."""
    page.goto("/imports/new")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=re.compile("upload", re.IGNORECASE)).first.click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=PATIENCE)
    found = re.search(r"/imports/[0-9a-f-]{36}", page.url)
    assert found is not None
    page.goto(found[0])
    expect(page.get_by_role("link", name="Preview").first).to_be_visible(timeout=PATIENCE)
    return found[0]


def test_an_unusual_import_goes_back_and_is_confirmed_by_keyboard(
    browser: Browser, running: Running, look: Look, tmp_path: Path
) -> None:
    with signed_in(browser, running, ADMIN) as (page, _):
        address = upload(page, with_placeholder(running.sample, tmp_path / "unusual.csv"))

    with signed_in(browser, running, REVIEWER) as (page, complaints):
        page.goto(f"{address}/preview")
        page.get_by_label("Send back because of row 3", exact=True).check()
        page.get_by_role("button", name=re.compile("ticked rows")).press("Enter")
        problems = look(page)
        expect(page.get_by_label("Because of these rows")).to_have_value("3")
        page.get_by_label("What has to be changed").fill("Is this our own number?")
        page.get_by_role("button", name="Send back", exact=True).press("Enter")
        expect(page.locator("main")).to_contain_text("Because of row 3")
        problems += look(page)

        page.goto(f"{address}/approval")
        expect(page.get_by_role("button", name=re.compile(r"^Import \d"))).to_have_count(0)
        page.set_viewport_size(PHONE)
        problems += look(page)
        page.get_by_label("Why this is right").press_sequentially("Our own desk.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("Confirmed by Rui Reviewer")
        problems += look(page)
        page.get_by_role("button", name=re.compile(r"^Import \d")).press("Enter")
        expect(page.get_by_role("link", name="Result").first).to_be_visible(timeout=PATIENCE)
        assert problems == []
        assert complaints == []

    with signed_in(browser, running, ADMIN) as (page, complaints):
        page.goto("/notices")
        expect(page.locator("main")).to_contain_text("was sent back")
        expect(page.locator("main")).to_contain_text("is carried out")
        assert look(page) == []
        assert complaints == []
