"""Several tables at once, in a real browser: where rows without their owner go, and what a later export changes."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.test_whole_way import ADMIN, PATIENCE, Look, follow, open_page, signed_in
from tests.services.test_orphans import EXPORT, PATIENTS, zipped

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def upload_tables(page: Page, folder: Path, name: str, members: Mapping[str, str]) -> str:
    """Upload clients, pets and vaccinations as one file; gives the address of the import in review."""
    export = folder / name
    export.write_bytes(zipped(members))
    page.goto("/imports/new")
    page.locator("input[type=file]").set_input_files(export)
    page.get_by_role("button", name=re.compile("upload", re.IGNORECASE)).first.click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=PATIENCE)
    found = re.search(r"/imports/[0-9a-f-]{36}", page.url)
    assert found is not None
    reload_until(page, found[0], "Preview", role="link")
    return found[0]


def reload_until(page: Page, address: str, text: str, *, role: str = "") -> None:
    for _ in range(PATIENCE // 1_000):
        open_page(page, address)
        sought = page.get_by_role("link", name=text) if role else page.get_by_text(text)
        if sought.count():
            return
        page.wait_for_timeout(1_000)
    raise AssertionError(f"{address} never said {text}")


def approve(page: Page, address: str) -> None:
    page.goto(f"{address}/approval")
    follow(page, page.get_by_role("button", name=re.compile(r"^Import \d")))
    reload_until(page, address, "Result", role="link")


def test_rows_without_their_owner_and_conflicts_go_where_a_person_says(
    browser: Browser, running: Running, look: Look, tmp_path: Path
) -> None:
    with signed_in(browser, running, ADMIN) as (page, complaints):
        address = upload_tables(page, tmp_path, "okvet.zip", EXPORT)
        page.get_by_role("link", name="Orphans").first.click()
        expect(page.get_by_text("the owner 99").first).to_be_visible()
        page.get_by_label("Find an owner to give rows to").fill("a")
        follow(page, page.get_by_role("button", name="Search"))
        problems = look(page)
        page.set_viewport_size({"width": 390, "height": 844})
        problems += look(page)
        page.get_by_label(re.compile("Import under one owner who stands for nobody")).check()
        follow(page, page.get_by_role("button", name="Make the plan anew with these decisions"))
        reload_until(page, f"{address}/orphans", "Decided by")
        expect(page.get_by_text("will be imported")).to_be_visible()
        problems += look(page)
        approve(page, address)

        page.goto("/pets?text=Luna")
        page.get_by_role("link", name="Luna").last.click()
        page.get_by_role("link", name="Edit").first.click()
        page.get_by_label("Breed").fill("Beagle")
        follow(page, page.get_by_role("button", name="Save changes"))
        later = PATIENTS.replace("Criollo", "Labrador").replace("2,2,Michi,Felino,,M,\n", "")
        address = upload_tables(page, tmp_path, "later.zip", {**EXPORT, "pacientes.csv": later})
        page.get_by_role("link", name="Coming again").first.click()
        problems += look(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        problems += look(page)
        expect(page.get_by_role("link", name="Pet 2")).to_be_visible()
        page.get_by_label("Take theirs").check()
        follow(page, page.get_by_role("button", name="Make the plan anew with these choices"))
        reload_until(page, f"{address}/coming-again", "theirs, decided by")
        assert problems + look(page) == []
        assert complaints == []
