"""Headers, forms of other sites, and plain pages for whatever goes wrong."""

import re

import pytest
from flask import Flask

from phcs.core.access_marks import public
from phcs.core.errors import AlreadyDecidedError, NotFoundError
from phcs.core.permissions import Role
from tests.web.pages import Pages


def test_only_scripts_with_this_answers_nonce_run(pages: Pages) -> None:
    seen, again = pages.get("/sign-in"), pages.get("/sign-in")

    policy = seen.response.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([^']+)';", policy).group(1)  # type: ignore[union-attr]
    assert {script["nonce"] for script in seen.soup.find_all("script")} == {nonce}
    assert nonce not in again.response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))


def test_pages_are_kept_nowhere_and_static_files_for_a_year(pages: Pages) -> None:
    page = pages.get("/sign-in")
    sheet = pages.client.get(str(page.soup.find("link", rel="stylesheet")["href"]))  # type: ignore[index]

    assert page.response.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in page.response.headers["Vary"]
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (
        page.response.headers["X-Content-Type-Options"]
        == sheet.headers["X-Content-Type-Options"]
        == "nosniff"
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 302),
        ({}, 302),
    ],
)
def test_a_form_that_another_site_sends_is_refused_even_with_a_token(
    pages: Pages, headers: dict[str, str], status: int
) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/account")

    pages.post("/account/sessions/end", status=status, headers=headers)


def test_no_form_of_ours_works_without_its_token(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/account")
    unsafe = [rule for rule in pages.app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    plain = [str(rule) for rule in unsafe if not rule.arguments and not str(rule).startswith("/api/")]

    answers = {address: pages.post(address, {"csrf_token": ""}, status=400).heading for address in plain}

    assert len(answers) >= 6
    assert set(answers.values()) == {"This form is out of date"}


def test_htmx_may_send_the_token_in_a_header(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/account")

    answer = pages.client.post("/account/sessions/end", headers={"X-CSRFToken": pages.csrf_token()})

    assert answer.status_code == 302


@pytest.fixture
def broken(app: Flask) -> Flask:
    """An application with pages that fail in several ways."""

    refusals = {
        "decided": AlreadyDecidedError("Jonas approved it."),
        "missing": NotFoundError("There is no such import."),
    }

    @public
    def fail(how: str) -> str:
        raise refusals[how]

    app.add_url_rule("/fail/<how>", "fail", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("/fail/decided", 409, "Jonas approved it."),
        ("/fail/missing", 404, "There is no such import."),
        ("/fail/bug", 500, "Something went wrong here"),
        ("/nothing-here", 404, "Page not found"),
        ("/sign-out", 405, "This address works differently"),
    ],
)
def test_what_goes_wrong_is_a_plain_page(
    broken: Flask, pages: Pages, address: str, status: int, text: str
) -> None:
    assert text in pages.get(address, status=status).text


def test_for_htmx_a_refusal_becomes_a_message(broken: Flask, pages: Pages) -> None:
    answer = pages.get("/fail/decided", status=409, headers={"HX-Request": "true"}).response

    assert answer.headers["HX-Retarget"] == "#messages"
    assert "Jonas approved it." in answer.text
    assert "<html" not in answer.text


def test_a_request_that_is_too_large_is_refused_as_a_page(pages: Pages) -> None:
    pages.get("/sign-in")

    assert pages.post("/sign-in", {"email": "x" * 1_000_100}, status=413).heading == "This is too large"


def test_for_programs_a_missing_address_is_a_problem_in_json(pages: Pages) -> None:
    answer = pages.client.get("/api/nothing-here")

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.get_json()["code"] == "http.404"
