"""Taking records away on the pages: small files at once, large ones when a worker has written them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from phcs.core.permissions import Role
from phcs.extensions import db
from phcs.models.organisations import Organisation
from phcs.services.export_writing import ExportDesk, write_export
from tests.builders import build_organisation
from tests.import_builders import folder_store
from tests.record_builders import build_owner
from tests.web.pages import Pages

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_EXPORT_STREAM_ROWS": "2"}


@pytest.fixture
def signed_in(pages: Pages, organisation: Organisation) -> Pages:
    with pages.app.app_context():
        for name in ("Ana Silva", "Bo Silva", "Cy Kim"):
            build_owner(db.session, organisation.id, name)
        db.session.commit()
    pages.sign_in_as(Role.AUDITOR)
    return pages


def asked(pages: Pages, address: str) -> str:
    """Press CSV below a list; gives where the browser is sent."""
    form = pages.get(address).soup.select_one('form[action="/exports/owners"]')
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    return pages.post("/exports/owners", {**fields, "format": "csv"}, status=303).response.location


def written(pages: Pages, address: str) -> None:
    with pages.app.app_context():
        desk = ExportDesk(clock=lambda: datetime.now(UTC), store=folder_store(), keep=timedelta(hours=1))
        write_export(export_id=UUID(address.rpartition("/")[2]), desk=desk)


def test_a_small_file_comes_at_once_with_the_filters_of_its_list(signed_in: Pages) -> None:
    address = asked(signed_in, "/owners?text=silva")

    file = signed_in.client.get(address)

    assert address == "/api/v1/exports/owners?format=csv&text=silva"
    assert (b"Bo Silva" in file.data, b"Cy Kim" in file.data) == (True, False)


def test_a_large_file_is_waited_for_and_fetched(signed_in: Pages) -> None:
    address = asked(signed_in, "/owners")
    waiting = signed_in.get(address)
    moving = signed_in.client.get(f"{address}/progress", headers=FRAGMENT)
    written(signed_in, address)
    still = signed_in.client.get(f"{address}/progress", headers=FRAGMENT)
    ready = signed_in.get(address)
    link = ready.soup.select_one("a[download]")

    assert "Waiting" in waiting.text
    assert b"progress" in moving.data
    assert still.headers["HX-Refresh"] == "true"
    assert "3 records" in ready.text
    assert link is not None
    assert b"Cy Kim" in signed_in.client.get(str(link["href"])).data
    assert "owners.csv" in signed_in.get("/exports").text
    assert "owners.csv is ready to be downloaded" in signed_in.get("/notices").text


def test_others_do_not_see_it(signed_in: Pages) -> None:
    address = asked(signed_in, "/owners")
    written(signed_in, address)
    link = signed_in.get(address).soup.select_one("a[download]")
    assert link is not None
    with signed_in.app.app_context():
        stranger = Pages(signed_in.app, build_organisation(name="Elsewhere"))
    stranger.sign_in_as(Role.ADMIN)

    assert stranger.client.get(address).status_code == 404
    assert stranger.client.get(str(link["href"])).status_code == 404
    assert "owners.csv" not in stranger.get("/exports").text
