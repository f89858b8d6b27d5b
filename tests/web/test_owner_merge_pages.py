"""Duplicates among an organisation's owners as people see them: list, pair, merge, undo."""

import csv
import io
from uuid import UUID

import pytest

from phcs.core.permissions import Role
from phcs.models.organisations import Organisation
from phcs.services.duplicate_search import request_search, search_duplicates
from phcs.services.rebuilding_keys import rebuild_keys
from phcs.services.transactions import transaction
from tests.builders import NOW, build_actor
from tests.record_builders import build_case, build_owner, build_pet
from tests.web.pages import Pages, PageSeen


@pytest.fixture
def owners(pages: Pages, organisation: Organisation) -> tuple[UUID, UUID]:
    """Ana Silva twice: the first with a case; a search has found them."""
    with pages.app.app_context():
        with transaction() as session:
            given = {"email": "ana@example.org", "phone": "+14155550101"}
            one = build_owner(session, organisation.id, "Ana Silva", **given)
            build_case(session, one, build_pet(session, one, "Rex", species="dog"))
            other = build_owner(session, organisation.id, "Ana Silva", **given)
            build_pet(session, other, "Rex", species="dog", breed="Collie")
        rebuild_keys(organisation_id=organisation.id)
        request_search(actor=build_actor(organisation_id=organisation.id), now=NOW)
        search_duplicates(organisation_id=organisation.id, clock=lambda: NOW)
        return one.id, other.id


def pair_address(seen: PageSeen) -> str:
    return str(seen.soup.select_one("#found tbody th a")["href"])  # type: ignore[index]


def form_fields(seen: PageSeen, action: str) -> dict[str, str]:
    """What a browser would send of a form that nobody touched."""
    form = seen.soup.select_one(f'form[action$="{action}"]')
    assert form is not None
    fields = {
        str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden], input[checked]")
    }
    chosen = {str(one["name"]): one.select_one("option[selected]") for one in form.select("select")}
    return {**fields, **{name: str(one["value"]) if one else "" for name, one in chosen.items()}}


def test_a_pair_is_merged_and_the_merge_undone(pages: Pages, owners: tuple[UUID, UUID]) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = pair_address(pages.get("/owners/duplicates"))
    pair = pages.get(address)

    done = pages.post(f"{address}/merge", form_fields(pair, "/merge"))
    merge = pages.get(done.response.location)
    gone = pages.get(f"/owners/{owners[1]}")
    rex = pages.get(str(gone.soup.select_one('a[href^="/pets/"]')["href"]))  # type: ignore[index]
    pages.get(done.response.location)
    pages.post(done.response.location.partition("?")[0] + "/undo", form_fields(merge, "/undo"))

    assert "Are they the same person?" in pair.heading
    assert "Undo this merge" in merge.text
    assert "This owner was merged into Ana Silva" in gone.text
    assert "merged with another record of the same animal" in rex.text
    assert "This owner was merged into" not in pages.get(f"/owners/{owners[1]}").text


def test_different_people_leave_the_list(pages: Pages, owners: tuple[UUID, UUID]) -> None:
    pages.sign_in_as(Role.REVIEWER)
    address = pair_address(pages.get("/owners/duplicates"))
    pages.get(address)

    pages.post(f"{address}/answer", {"answer": "different"})

    assert "No two owners look like one person" in pages.get("/owners/duplicates").text
    assert pair_address(pages.get("/owners/duplicates?answer=different")) == address


def test_a_merge_of_owners_that_were_changed_since_changes_nothing(
    pages: Pages, owners: tuple[UUID, UUID]
) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = pair_address(pages.get("/owners/duplicates"))
    fields = form_fields(pages.get(address), "/merge")

    refused = pages.post(f"{address}/merge", {**fields, "keep_version": "7"}, status=409)

    assert "Somebody changed Ana Silva since you opened this" in refused.text


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_merge(pages: Pages, owners: tuple[UUID, UUID], role: Role) -> None:
    pages.sign_in_as(role)
    address = pair_address(pages.get("/owners/duplicates"))

    pair = pages.get(address)

    assert pair.soup.select('form[action$="/merge"]') == []
    pages.post(f"{address}/merge", {}, status=403)


def test_the_download_is_safe_in_a_spreadsheet(pages: Pages, owners: tuple[UUID, UUID]) -> None:
    pages.sign_in_as(Role.AUDITOR)

    text = pages.client.get("/owners/duplicates/list.csv").text

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["name_a"], row["outcome"]) for row in rows] == [("Ana Silva", "likely")]
    assert rows[0]["phone_a"] == "'+14155550101"
