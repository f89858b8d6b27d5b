"""Taking an import back, in a real browser: what a person edited stays and is named, redo brings the rest back."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.test_whole_way import (
    ADMIN,
    AUDITOR,
    PATIENCE,
    REVIEWER,
    Look,
    open_page,
    signed_in,
    upload_sample,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def promote_sample(page: Page, running: Running) -> str:
    """The sample, imported by its own admin; gives the import's address."""
    address = upload_sample(page, running)
    page.goto(f"{address}/approval")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("It fits.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=re.compile(r"^Import \d")).click()
    expect(page.get_by_role("link", name="See the result")).to_be_visible(timeout=PATIENCE)
    return address


def edit_first_owner(page: Page) -> str:
    """Give the first owner of the list another city and note; gives the owner's address."""
    page.goto("/owners")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("City").fill("Lisbon")
    page.get_by_label("Notes").fill("Moved in May.")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("What you changed is saved.")).to_be_visible()
    return page.url


def prepare_undo(browser: Browser, running: Running, look: Look) -> tuple[str, str]:
    """An admin imports the sample, edits an owner, and has the undo prepared; addresses of import and owner."""
    with signed_in(browser, running, ADMIN) as (page, complaints):
        address = promote_sample(page, running)
        owner = edit_first_owner(page)
        page.goto(f"{owner}/edit")
        problems = look(page)
        page.goto(f"{address}/result")
        expect(page.get_by_text("This can be asked for until")).to_be_visible()
        problems += look(page)
        page.get_by_role("button", name="Prepare the undo").click()
        expect(page.get_by_role("button", name=re.compile("^Undo: remove"))).to_be_visible(timeout=PATIENCE)
        expect(page.locator("main")).to_contain_text("Lisbon")
        expect(page.locator("main")).to_contain_text("Ada Admin")
        assert problems + look(page) == []
        assert complaints == []
    return address, owner


def approve_undo(browser: Browser, running: Running, look: Look, owner: str) -> None:
    """A reviewer finds it on the start page, looks and approves; only the edited owner is left."""
    with signed_in(browser, running, REVIEWER) as (page, complaints):
        page.get_by_role("link", name=re.compile("^Undo of")).first.click()
        page.get_by_label("What will be done").select_option("reversed")
        expect(page.locator("#found")).to_contain_text("Will be removed")
        problems = look(page)
        page.get_by_role("button", name=re.compile("^Undo: remove")).click()
        expect(page.get_by_text("is taken back, but for").first).to_be_visible(timeout=PATIENCE)
        problems += look(page)
        page.goto("/cases")
        expect(page.locator("tbody")).not_to_contain_text("WaitWhile import")
        page.goto(owner)
        expect(page.locator("main")).to_contain_text("Moved in May.")
        assert problems == []
        assert complaints == []


def redo(browser: Browser, running: Running, look: Look, address: str) -> None:
    """The admin brings it all back."""
    with signed_in(browser, running, ADMIN) as (page, complaints):
        open_page(page, address)
        expect(page.locator("#state")).to_have_text("Undone")
        problems = look(page)
        page.goto(f"{address}/undo")
        page.get_by_role("button", name="Prepare the redo").click()
        button = page.get_by_role("button", name=re.compile("^Redo: bring back"))
        expect(button).to_be_visible(timeout=PATIENCE)
        problems += look(page)
        button.click()
        expect(page.get_by_text("is in PHCS again").first).to_be_visible(timeout=PATIENCE)
        page.goto("/cases")
        expect(page.locator("tbody")).to_contain_text("WaitWhile import")
        open_page(page, address)
        expect(page.locator("#state")).to_have_text("Completed")
        assert problems == []
        assert complaints == []


def test_an_import_is_taken_back_but_for_what_was_edited_and_brought_back_again(
    browser: Browser, running: Running, look: Look
) -> None:
    address, owner = prepare_undo(browser, running, look)
    approve_undo(browser, running, look, owner)
    redo(browser, running, look, address)

    with signed_in(browser, running, AUDITOR, viewport={"width": 390, "height": 844}) as (page, complaints):
        problems = []
        for number in (1, 2):
            page.goto(f"{address}/undo/{number}")
            problems += look(page)
        expect(page.get_by_role("button", name=re.compile("Prepare"))).to_have_count(0)
        assert problems == []
        assert complaints == []
