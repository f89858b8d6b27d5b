"""Rejected rows go to a spreadsheet and back, in review and after completion, on a desk and on a phone."""

import os
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.test_mapping import upload
from tests.browser.test_whole_way import ADMIN, PATIENCE, Look, open_page, signed_in
from tests.import_builders import export_csv, visit, visits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PICTURES = os.environ.get("PHCS_TEST_PICTURES", "")
"""A folder that gets a picture of every page on the way; none are made without one."""
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def seen(page: Page, look: Look, name: str) -> list[str]:
    """What is wrong with the page, on a desk and on a phone."""
    problems = []
    for size, place in ((DESK, "desk"), (PHONE, "phone")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        problems += look(page)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{place}.png", full_page=True)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return problems


def write_export(path: Path) -> Path:
    rows = [*visits(8), visit(9, client_name=""), visit(10, request_date="2026-13-45", notes="=1+1")]
    path.write_text(export_csv([*rows, visit(11, client_phone="12", client_email="ana(at)example.org")]))
    return path


def correct(page: Page, address: str, folder: Path, heading: str, value: str) -> None:
    """Download the rejected rows, change one cell of the first, and bring the file back."""
    page.goto(f"{address}/corrections")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download for a spreadsheet (XLSX)").click()
    path = folder / "rejected.xlsx"
    download.value.save_as(path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    headings = [str(cell.value) for cell in sheet[1]]
    sheet.cell(row=2, column=headings.index(heading) + 1).value = value
    book.save(path)
    page.get_by_label("File with your corrections").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()


def bring_wrong_file(page: Page, address: str, path: Path) -> None:
    """Upload a file that is not one of rejected rows; the page says so beside the field."""
    page.goto(f"{address}/corrections")
    page.get_by_label("File with your corrections").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.locator("#file-error")).to_contain_text("no column “PHCS row id”")


def reviewed(page: Page, address: str) -> None:
    """Wait until the plan is there."""
    open_page(page, address)
    expect(page.get_by_role("link", name="Approve or decline")).to_be_visible(timeout=PATIENCE)


def test_rejected_rows_are_corrected_in_a_spreadsheet_before_and_after_completion(
    browser: Browser, running: Running, look: Look, tmp_path: Path
) -> None:
    with signed_in(browser, running, ADMIN) as (page, complaints):
        address = upload(page, write_export(tmp_path / "visits.csv"))
        reviewed(page, address)
        page.goto(f"{address}/corrections")
        problems = seen(page, look, "1-corrections")

        correct(page, address, tmp_path, "client_name", "Ines Prado")
        expect(page.locator("ins")).to_have_text("Ines Prado")
        problems += seen(page, look, "2-changed-cells")
        reviewed(page, address)
        page.goto(f"{address}/quality")
        expect(page.locator("main")).to_contain_text("Corrected by file: 1")
        problems += seen(page, look, "3-quality-of-import")
        page.goto(f"{address}/approval")
        expect(page.locator("#on-error")).to_contain_text("2 rows have errors. They are left out and kept")
        problems += seen(page, look, "4-approval")
        page.get_by_role("button", name="Import nothing while rows have errors").click()
        expect(page.locator("main")).to_contain_text("this import stops at errors: nothing is imported")
        problems += seen(page, look, "5-approval-stops")
        page.get_by_role("button", name="Import the good rows only").click()
        page.get_by_role("button", name=re.compile(r"^Import \d")).click()
        expect(page.get_by_role("link", name="Result").first).to_be_visible(timeout=PATIENCE)
        page.goto(f"{address}/result")
        expect(page.get_by_role("link", name="Correct 2 rejected rows")).to_be_visible()

        correct(page, address, tmp_path, "request_date", "2026-11-03")
        expect(page.locator("main")).to_contain_text("This new import brings them")
        reviewed(page, re.sub(r"\?.*", "", page.url))
        problems += seen(page, look, "6-import-that-follows")
        page.goto("/quality")
        problems += seen(page, look, "7-quality")
        bring_wrong_file(page, address, tmp_path / "visits.csv")
        problems += seen(page, look, "8-refused")
        assert problems == []
        assert [one for one in complaints if "422" not in one] == []
