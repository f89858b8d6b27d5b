"""Two owners who are one person are found, merged and parted again, in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.test_undo import promote_sample
from tests.browser.test_whole_way import ADMIN, PATIENCE, Look, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def make_alike(page: Page) -> str:
    """Give the last owner of the first page the name and mailbox of the first; gives the name."""
    page.goto("/owners")
    owners = page.locator("#found tbody th a")
    name, last = owners.first.inner_text(), owners.last.get_attribute("href")
    for address in (owners.first.get_attribute("href"), last):
        page.goto(f"{address}/edit")
        page.get_by_role("textbox", name="Name", exact=True).fill(name)
        page.get_by_label("E-mail").fill("one.person@example.org")
        page.get_by_role("button", name="Save changes").click()
        expect(page.locator("[data-message]")).to_be_visible()
    return name


def test_a_pair_is_found_merged_and_parted(browser: Browser, running: Running, look: Look) -> None:
    with signed_in(browser, running, ADMIN) as (page, complaints):
        promote_sample(page, running)
        name = make_alike(page)
        page.goto("/owners/duplicates")
        page.get_by_role("button", name="Search all owners").click()
        problems = look(page)
        pair = page.get_by_role("link", name=f"{name} and {name}")
        for _ in range(PATIENCE // 1_000):
            page.goto("/owners/duplicates")
            if pair.count():
                break
            page.wait_for_timeout(1_000)
        problems += look(page)
        pair.first.click()
        problems += look(page)
        page.get_by_role("button", name=re.compile("^Merge into")).click()
        expect(page.get_by_text("The merge can be undone below.")).to_be_visible()
        problems += look(page)
        page.get_by_role("button", name="Undo this merge").click()
        expect(page.get_by_text("both owners are there again")).to_be_visible()
        assert problems + look(page) == []
        assert complaints == []
