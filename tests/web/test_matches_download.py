"""The download of all matches on the page of duplicates."""

import csv
import io
from uuid import UUID

from phcs.core.permissions import Role
from phcs.queries.matches import MATCH_COLUMNS
from tests.builders import actor_of, build_person
from tests.import_builders import build_review, visits
from tests.web.pages import Pages


def test_every_match_is_downloaded_and_another_organisation_gets_none(pages: Pages) -> None:
    admin = pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        import_id = build_review(actor=actor_of(admin), content=visits(3))
        theirs = build_review(actor=actor_of(build_person()), content=visits(3))

    assert "Download all matches (CSV)" in pages.get(f"/imports/{import_id}/duplicates").text
    answer = pages.client.get(address(import_id))
    found = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))

    assert (tuple(found[0]), [one["row"] for one in found]) == (MATCH_COLUMNS, ["2", "3", "4"])
    assert {one["outcome"] for one in found} == {"new"}
    assert answer.headers["Content-Disposition"] == f'attachment; filename="matches-{import_id}.csv"'
    assert pages.client.get(address(theirs)).status_code == 404


def address(import_id: UUID) -> str:
    return f"/imports/{import_id}/matches.csv"
