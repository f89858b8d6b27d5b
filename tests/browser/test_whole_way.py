"""The user's first minutes, in a real browser, on the product as `make run` starts it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import Running

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Look = Callable[[Page], list[str]]
ADMIN, REVIEWER, AUDITOR = (f"{role}@demo.example.org" for role in ("admin", "reviewer", "auditor"))
PATIENCE = 60_000
"""Milliseconds that a worker on a busy machine may take for 500 rows."""


def open_page(page: Page, address: str) -> None:
    """Open a page, whatever the browser was just about to open: a page that looks for news, a form's answer."""
    while True:
        try:
            page.goto(address)
        except PlaywrightError as error:
            if "interrupted by another navigation" not in error.message:
                raise
        else:
            return


def follow(page: Page, link: Locator) -> None:
    """Click a link or button, and wait for the page to which it leads."""
    with page.expect_navigation():
        link.click()


@contextmanager
def signed_in(
    browser: Browser, running: Running, email: str, **context: object
) -> Iterator[tuple[Page, list[str]]]:
    """A page of somebody who has signed in, and what the browser complained about."""
    page = browser.new_context(base_url=running.address, **context).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(running.passwords[email])
    page.get_by_role("button", name="Sign in").click()
    yield page, complaints
    page.context.close()


def upload_sample(page: Page, running: Running) -> str:
    """Upload the sample as a person does and wait for the preview; gives the import's address."""
    page.goto("/imports/new")
    page.locator("input[type=file]").set_input_files(running.sample)
    page.get_by_role("button", name=re.compile("upload", re.IGNORECASE)).first.click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=PATIENCE)
    found = re.search(r"/imports/[0-9a-f-]{36}", page.url)
    assert found is not None
    page.goto(found[0])
    expect(page.get_by_role("link", name="Preview").first).to_be_visible(timeout=PATIENCE)
    return found[0]


def test_an_export_goes_from_upload_to_live_records(browser: Browser, running: Running, look: Look) -> None:
    with signed_in(browser, running, ADMIN) as (page, complaints):
        address = upload_sample(page, running)
        problems = []
        for step in ("", "/file", "/mapping", "/check", "/duplicates", "/preview", "/approval"):
            page.goto(address + step)
            problems += look(page)
        assert problems == []
        assert complaints == []

    with signed_in(browser, running, REVIEWER) as (page, complaints):
        page.goto("/")
        expect(page.get_by_text("waitwhile-sample.csv").first).to_be_visible()
        page.goto(f"{address}/approval")
        page.get_by_role("button", name=re.compile(r"^Import \d")).click()
        expect(page.get_by_role("link", name="Result").first).to_be_visible(timeout=PATIENCE)
        page.goto(f"{address}/result")
        expect(page.locator("main")).to_contain_text(re.compile(r"equals\s+500\s+rows"))
        problems = look(page)
        for list_of in ("/owners", "/pets", "/cases"):
            page.goto(list_of)
            problems += look(page)
            page.locator("tbody a").first.click()
            problems += look(page)
        assert problems == []
        assert complaints == []

    with signed_in(browser, running, AUDITOR) as (page, complaints):
        page.goto(f"{address}/verification")
        expect(page.locator("main")).to_contain_text("Everything adds up", timeout=PATIENCE)
        page.get_by_role("button", name="Sign as correct").click()
        expect(page.locator("main")).to_contain_text("Signed as correct by Aino Auditor")
        assert look(page) == []
        page.goto(f"/audit?import={address.rsplit('/', 1)[-1]}&action=import.approved")
        expect(page.locator("main")).to_contain_text("Rui Reviewer approved")
        assert look(page) == []
        assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_on_a_phone(
    browser: Browser, running: Running, look: Look, scheme: str
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    with signed_in(browser, running, ADMIN, **phone) as (page, complaints):
        problems = []
        for address in (
            "/",
            "/imports",
            "/imports/new",
            "/owners",
            "/pets",
            "/cases",
            "/audit",
            "/settings",
            "/account",
        ):
            open_page(page, address)
            problems += look(page)
        assert problems == []
        assert complaints == []


def test_the_way_works_without_scripts(browser: Browser, running: Running) -> None:
    with signed_in(browser, running, ADMIN, java_script_enabled=False) as (page, _):
        page.goto("/imports/new")
        page.locator("input[type=file]").set_input_files(running.sample)
        page.get_by_role("button", name=re.compile("upload", re.IGNORECASE)).first.click()
        page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=PATIENCE)
        address = page.url.split("?")[0]
        for _ in range(120):
            open_page(page, address)
            if page.get_by_role("link", name="Approval").count():
                break
            page.wait_for_timeout(500)
        page.goto(f"{address}/approval")
        page.get_by_text("Abort…").first.click()
        page.get_by_role("button", name=re.compile("abort", re.IGNORECASE)).last.click()
        page.goto(address)
        expect(page.get_by_text(re.compile("aborted|declined", re.IGNORECASE)).first).to_be_visible()
