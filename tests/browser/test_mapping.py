"""A list that nobody has seen before, from its upload to the check, in a real browser and by keyboard alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Running
from tests.browser.test_whole_way import ADMIN, PATIENCE, Look, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LIST = """Report of the year;;;;;;
Nummer;Name;Tel.;Created;Species;Wunsch;Remarks
A-1;Ana Silva;+14155550101;03/04/2026;Dogg;food;calls late
A-2;Omar Haddad;+14155550102;05/06/2026;dogg;medical;
A-3;Wei Kim;+14155550103;07/08/2026;cat;food;
"""
TABS = 250
"""More stops than any of these pages has."""


def reach(page: Page, wanted: Locator) -> None:
    """Go there with the Tab key."""
    handle = wanted.element_handle()
    for _ in range(TABS):
        if page.evaluate("one => one === document.activeElement", handle):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {wanted}")


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list by typing what the option is called."""
    field = page.get_by_label(label, exact=True)
    reach(page, field)
    page.keyboard.type(option)
    assert field.evaluate("one => one.selectedOptions[0].text").startswith(option)


def press(page: Page, name: str) -> None:
    """Press a button with the Enter key."""
    reach(page, page.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def upload(page: Page, path: Path) -> str:
    """Upload a file and wait until no worker has it any more; gives the import's address."""
    page.goto("/imports/new")
    page.locator("input[type=file]").set_input_files(path)
    press(page, "Upload and check")
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=PATIENCE)
    address = re.sub(r"\?.*", "", page.url)
    waits_for_a_person = page.get_by_role("link", name=re.compile("^(Look at the preview|Choose what)"))
    expect(waits_for_a_person).to_be_visible(timeout=PATIENCE)
    return address


def map_by_keyboard(page: Page, address: str, look: Look) -> list[str]:
    """Say what the columns feed, how dates are read and what a value means; gives what is wrong with the pages."""
    page.goto(f"{address}/mapping")
    problems = look(page)
    choose(page, "What column Wunsch feeds", "Case: service")
    reach(page, page.get_by_label(re.compile("^3 April 2026")))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label(re.compile("^4 March 2026"))).to_be_checked()
    choose(page, "What column Nummer feeds", "Case: id in the other")
    press(page, "Check all rows with this mapping")
    expect(page.get_by_role("heading", name="What values mean")).to_be_visible()
    problems += look(page)
    choose(page, "What Dogg means", "Dog")
    reach(page, page.get_by_label("Save this mapping as"))
    page.keyboard.type("Door list")
    press(page, "Check all rows with these answers")
    expect(page.get_by_role("link", name="Look at the preview")).to_be_visible(timeout=PATIENCE)
    return problems


def test_a_list_is_mapped_by_keyboard_and_the_next_one_needs_no_click(
    browser: Browser, running: Running, look: Look, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    with signed_in(browser, running, ADMIN) as (page, complaints):
        address = upload(page, path)
        page.goto(f"{address}/file")
        reach(page, page.get_by_text("Read it in another way"))
        page.keyboard.press("Enter")
        choose(page, "What a row is", "A visit")
        problems = look(page)
        press(page, "Read it again")
        expect(page.get_by_role("link", name="Choose what the columns mean")).to_be_visible(timeout=PATIENCE)
        problems += map_by_keyboard(page, address, look)

        path.write_text(LIST.replace("Ana Silva", "Ruth Cohen"))
        again = upload(page, path)
        expect(page.get_by_role("link", name="Look at the preview")).to_be_visible(timeout=PATIENCE)
        page.goto(f"{again}/mapping")
        expect(page.locator("main")).to_contain_text("Mapped as saved in “Door list”, version 1.")
        problems += look(page)
        page.goto("/templates")
        problems += look(page)
        assert problems == []
        assert complaints == []
