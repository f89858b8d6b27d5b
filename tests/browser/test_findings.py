"""A messy list of 500 rows goes from sixty findings to a clean approval: by keyboard alone, and without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.test_mapping import reach, upload
from tests.browser.test_whole_way import ADMIN, PATIENCE, Look, follow, open_page, signed_in
from tests.messy_export import (
    ALIKE,
    DATELESS,
    FINDINGS,
    NAMELESS,
    PHONELESS,
    SINGLE_PHONES,
    write_messy_export,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def left_to_do(page: Page) -> tuple[int, int]:
    """How many findings stop their row, and how many wait for a confirmation."""
    errors, warnings = (page.locator(f".to-do-{one} strong").inner_text() for one in ("error", "warning"))
    return int(errors), int(warnings)


def opened_until(page: Page, address: str, is_reached: Callable[[], bool]) -> None:
    """Open a page again and again until it shows what is waited for."""
    for _ in range(PATIENCE // 100):
        open_page(page, address)
        if is_reached():
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.locator("main").inner_text()[:500])


def is_checked(page: Page, address: str) -> None:
    """Wait until every row is checked and planned."""
    opened_until(page, f"{address}/check", lambda: page.locator(".to-do").count() == 1)
    is_planned(page, address)


def is_planned(page: Page, address: str) -> None:
    """Wait until the plan holds every repair."""
    anew = page.get_by_text("The plan is being made anew")
    opened_until(page, f"{address}/check", lambda: anew.count() == 0)


def confirms_until_nothing_is_left(page: Page) -> bool:
    """Confirm the first warnings that can be confirmed now; true when the approval is next."""
    confirm = page.get_by_role("button", name=re.compile(r"^Confirm \d"))
    if confirm.count():
        follow(page, confirm.first)
    return page.get_by_role("link", name="Go to the approval").count() == 1


def is_promoted(page: Page, address: str) -> None:
    """Wait until the import has reached the live records, with every row of the file."""
    opened_until(page, address, lambda: page.get_by_role("link", name="Result").count() > 0)
    page.goto(f"{address}/result")
    assert re.search(r"500\s+created", page.locator(".equation").inner_text())


def go(page: Page, name: str | re.Pattern[str], role: str = "link") -> None:
    """Reach a link or button with the Tab key and press Enter; the page that it leads to is there afterwards."""
    before = page.url
    reach(page, page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url != before or role == "button"


def repair_alike(page: Page, address: str, wrong: str, right: str, look: Look | None) -> list[str]:
    """Find a value among its cause's, and repair it in all its rows."""
    page.goto(f"{address}/check")
    cause = page.get_by_role("row").filter(
        has=page.locator(".sample", has_text=re.compile(f"^{re.escape(wrong)}$"))
    )
    reach(page, cause.first.get_by_role("link", name=re.compile("^Values of")))
    page.keyboard.press("Enter")
    go(page, re.compile(rf"^Repair (all \d+|it) with {re.escape(wrong)}$"))
    field = page.get_by_label("What these cells are to say")
    expect(field).to_be_focused()
    problems = look(page) if look else []
    page.keyboard.press("Control+A")
    page.keyboard.type(right) if right else page.keyboard.press("Delete")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main, #messages").first).to_be_visible()
    return problems


def repair_rows(page: Page, address: str, cause: str, texts: list[str]) -> None:
    """Repair the rows of a cause one after the other in their list; each save leads back to it, one row shorter."""
    page.goto(f"{address}/check")
    go(page, re.compile(f"^Rows with “{cause}”"))
    for text in texts:
        row = page.locator(".row-card").first.get_attribute("id")
        reach(page, page.locator(".cell-repair input:not([type=hidden])").first)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_text("was checked again and is valid now")).to_be_visible()
        assert page.locator(f"#{row}").count() == 0


def test_sixty_findings_are_put_right_by_keyboard(
    browser: Browser, running: Running, look: Look, tmp_path: Path
) -> None:
    write_messy_export(tmp_path / "messy.csv")
    with signed_in(browser, running, ADMIN) as (page, complaints):
        address = upload(page, tmp_path / "messy.csv")
        expect(page.get_by_role("link", name="Look at the preview")).to_be_visible(timeout=PATIENCE)
        page.goto(f"{address}/check")
        problems = look(page)
        assert sum(left_to_do(page)) == FINDINGS

        for number, (wrong, right) in enumerate(ALIKE.items()):
            problems += repair_alike(page, address, wrong, right, look if number == 0 else None)
        assert left_to_do(page) == (SINGLE_PHONES + NAMELESS, DATELESS + PHONELESS)
        go(page, "stop their rows")
        problems += look(page)
        go(page, re.compile(r"^Whole row \d+$"))
        problems += look(page)
        repair_rows(page, address, "Phone not valid", [f"+1415555020{n}" for n in range(SINGLE_PHONES)])
        repair_rows(page, address, "No owner name", ["Ruth Cohen", "Omar Haddad", "Wei Kim"][:NAMELESS])

        page.goto(f"{address}/check")
        go(page, re.compile(f"^Confirm {DATELESS} of “No date"), role="button")
        go(page, re.compile(f"^Confirm {PHONELESS} of “No phone"), role="button")
        assert left_to_do(page) == (0, 0)
        is_planned(page, address)
        problems += look(page)
        page.goto(f"{address}/repairs")
        problems += look(page)
        approve_clean(page, address)
        assert problems == []
        assert complaints == []


def approve_clean(page: Page, address: str) -> None:
    """Go on to the approval and approve every row."""
    is_planned(page, address)
    go(page, "Go to the approval")
    expect(page.get_by_text("every row of the file will be imported")).to_be_visible()
    go(page, re.compile(r"^Import \d"), role="button")
    is_promoted(page, address)


def test_sixty_findings_are_put_right_without_javascript(
    browser: Browser, running: Running, tmp_path: Path
) -> None:
    write_messy_export(tmp_path / "messy.csv", first=5_000)
    with signed_in(browser, running, ADMIN, java_script_enabled=False) as (page, complaints):
        page.goto("/imports/new")
        page.locator("input[type=file]").set_input_files(tmp_path / "messy.csv")
        follow(page, page.get_by_role("button", name="Upload and check"))
        address = urlsplit(page.url).path
        is_checked(page, address)
        for wrong, right in ALIKE.items():
            page.goto(f"{address}/check")
            row = page.get_by_role("row").filter(has=page.get_by_text(wrong, exact=True))
            row.first.get_by_role("link", name=re.compile("^Values of")).click()
            page.get_by_role("link", name=re.compile(rf"^Repair .* with {re.escape(wrong)}$")).click()
            page.get_by_label("What these cells are to say").fill(right)
            follow(page, page.get_by_role("button", name=re.compile("^Repair")))
        follow(page, page.get_by_role("link", name="stop their rows"))
        while page.locator(".row-card").count():
            cell = page.locator(".cell-repair input:not([type=hidden])").first
            cell.fill("" if cell.input_value() else "Nadia Rossi")
            follow(page, page.get_by_role("button", name=re.compile("^Save row")).first)
        is_planned(page, address)  # what is to be confirmed is known once the plan holds every repair
        opened_until(page, f"{address}/check", lambda: confirms_until_nothing_is_left(page))
        page.get_by_role("link", name="Go to the approval").click()
        page.get_by_role("button", name=re.compile(r"^Import \d")).click()
        is_promoted(page, address)
        assert complaints == []
