"""`Pages`: a browser without JavaScript that checks every page it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from phcs.core.permissions import Role
from phcs.models.organisations import Organisation, Person
from tests.builders import PASSWORD, build_person

Fields = Mapping[str, "str | list[str]"]


@dataclass(frozen=True)
class PageSeen:
    """An answer, and its page when it is one."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """What a person reads, with single spaces."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def heading(self) -> str:
        return self.soup.find("h1").get_text(" ", strip=True)  # type: ignore[union-attr]


class Pages:
    """One browser. Other browsers: `pages.another()`."""

    def __init__(self, app: Flask, organisation: Organisation) -> None:
        self.app = app
        self.organisation = organisation
        self.client = app.test_client()
        self.seen: PageSeen | None = None

    def another(self) -> "Pages":
        """Another browser, signed out."""
        return Pages(self.app, self.organisation)

    def sign_in_as(self, role: Role) -> Person:
        """Sign in as a new person of this role; give them."""
        with self.app.app_context():
            person = build_person(organisation=self.organisation, role=role)
        self.sign_in(person.email)
        return person

    def sign_in(self, email: str, password: str = PASSWORD) -> PageSeen:
        self.get("/sign-in")
        return self.post("/sign-in", {"email": email, "password": password})

    def get(self, address: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> PageSeen:
        """Open an address, follow nothing, check the page."""
        return self._look(self.client.get(address, headers=dict(headers or {})), status)

    def post(
        self,
        address: str,
        fields: Fields | None = None,
        *,
        status: int = 302,
        headers: Mapping[str, str] | None = None,
    ) -> PageSeen:
        """Send a form with the CSRF token of the page seen last; check the page that comes."""
        data = {"csrf_token": self.csrf_token(), **(fields or {})}
        return self._look(self.client.post(address, data=data, headers=dict(headers or {})), status)

    def submit(self, action: str, fields: Fields | None = None, *, status: int = 302) -> PageSeen:
        """Fill in the form of the page seen last that goes to `action`; unnamed fields keep what they show."""
        assert self.seen is not None
        form = self.seen.soup.find("form", action=action)
        assert isinstance(form, Tag), f"no form goes to {action}"
        return self.post(action, {**shown_in(form), **(fields or {})}, status=status)

    def follow(self) -> PageSeen:
        """Go where the last answer sends the browser."""
        assert self.seen is not None
        return self.get(self.seen.response.headers["Location"])

    def csrf_token(self) -> str:
        """The token of the page seen last, or of the account page."""
        field = self.seen.soup.find("input", attrs={"name": "csrf_token"}) if self.seen else None
        if field is None:
            field = BeautifulSoup(self.client.get("/account").text, "html.parser").find(
                "input", attrs={"name": "csrf_token"}
            )
        return str(field["value"]) if isinstance(field, Tag) else ""

    def _look(self, response: TestResponse, status: int) -> PageSeen:
        soup = BeautifulSoup(response.text if "html" in response.content_type else "", "html.parser")
        seen = PageSeen(response, soup)
        where = response.headers.get("Location", "")
        assert response.status_code == status, f"{response.status_code} {where} {seen.text[:400]}"
        if soup.find("html") is not None:
            problems = problems_of(soup) + self._dead_links(soup, response.request.path)
            assert problems == [], f"{response.request.path}: {problems}"
            self.seen = seen
        elif 300 <= response.status_code < 400:
            self.seen = PageSeen(response, self.seen.soup if self.seen else soup)
        return seen

    def _dead_links(self, soup: BeautifulSoup, path: str) -> list[str]:
        """Addresses of ours in the page that no route answers."""
        addresses = {(str(tag["href"]), "GET") for tag in soup.find_all("a", href=True)}
        addresses |= {(str(form["action"]), method_of(form)) for form in soup.find_all("form", action=True)}
        router = self.app.url_map.bind("localhost")
        return [
            f"{method} {address} leads nowhere"
            for address, method in sorted(addresses)
            if urlsplit(address).path
            and not urlsplit(address).netloc
            and not answers(router.match, urlsplit(urljoin(path, address)).path, method)
        ]


def answers(match: Callable[..., object], path: str, method: str) -> bool:
    """Whether a route is there for this path and method."""
    try:
        match(path, method=method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def problems_of(soup: BeautifulSoup) -> list[str]:
    """What is wrong with a page, whatever it is about."""
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    title = soup.title.get_text(strip=True) if soup.title else ""
    problems = [f"{len(soup.find_all('h1'))} h1"] if len(soup.find_all("h1")) != 1 else []
    problems += ["no title of its own"] if len(title) < 4 or title.startswith("·") else []
    problems += [f"id {one} twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    fields = soup.find_all(["input", "select", "textarea"])
    problems += [f"no label: {field}" for field in fields if not is_labelled(field)]
    problems += [
        f"no button text: {button}" for button in soup.find_all("button") if not button.get_text(strip=True)
    ]
    problems += [
        f"no caption: {str(table)[:80]}" for table in soup.find_all("table") if table.find("caption") is None
    ]
    problems += [f"no csrf: {form.get('action')}" for form in soup.find_all("form") if lacks_token(form)]
    problems += [f"inline style: {str(tag)[:80]}" for tag in soup.find_all(style=True)]
    return problems + [f"points to no id: {one}" for one in sorted(referred(soup) - set(ids))]


def is_labelled(field: Tag) -> bool:
    if field.get("type") in {"hidden", "submit"} or field.get("aria-label"):
        return True
    root = [*field.parents][-1]
    own = str(field.get("id", ""))
    return field.find_parent("label") is not None or root.find("label", attrs={"for": own}) is not None


def lacks_token(form: Tag) -> bool:
    return method_of(form) == "POST" and form.find("input", attrs={"name": "csrf_token"}) is None


def method_of(form: Tag) -> str:
    return str(form.get("method", "get")).upper()


def referred(soup: BeautifulSoup) -> set[str]:
    """The ids that something in the page points to."""
    names = ("for", "aria-describedby", "aria-labelledby", "aria-controls")
    found = {one for name in names for tag in soup.select(f"[{name}]") for one in str(tag[name]).split()}
    return found | {
        str(tag["href"])[1:] for tag in soup.find_all("a", href=True) if str(tag["href"]).startswith("#")
    }


def shown_in(form: Tag) -> dict[str, str | list[str]]:
    """What a browser would send of this form if nothing were changed."""
    sent: dict[str, list[str]] = {}
    for field in form.find_all(["input", "select", "textarea"]):
        for value in values_of(field):
            sent.setdefault(str(field["name"]), []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in sent.items()}


def values_of(field: Tag) -> list[str]:
    if not field.get("name") or field.get("type") in {"submit", "button", "file"}:
        return []
    if field.name == "select":
        options = field.find_all("option", selected=True) or field.find_all("option")[:1]
        return [str(option.get("value", option.get_text())) for option in options]
    if field.name == "textarea":
        return [field.get_text()]
    if field.get("type") in {"radio", "checkbox"} and not field.has_attr("checked"):
        return []
    return [str(field.get("value", ""))]
