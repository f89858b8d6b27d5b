"""The preview: a plan's rows with what is wrong and what would become of them; and the ledger that stays."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.records import Case
from phcs.queries.preview import PreviewFilter, ledger_rows, preview_rows
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, build_review, visit, visits
from tests.record_builders import counted_queries

Db = scoped_session[Session]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def test_a_row_is_shown_with_its_cells_its_findings_and_what_would_be_created(
    session: Db, admin: Actor
) -> None:
    import_id = build_review(actor=admin, content=[visit(1, client_name="Ana Silva", client_phone="12")])

    page = preview_rows(
        session(), organisation_id=admin.organisation_id, import_id=import_id, wanted=PreviewFilter()
    )

    (row,) = page.rows
    (finding,) = row.findings
    assert (row.row_no, row.status, row.outcome, row.record_kind) == (2, "error", "reject", "")
    assert (finding.code, finding.column, finding.value) == ("phone.invalid", "client_phone", "12")
    assert "Ana Silva" in row.cells
    assert row.changes == ()


def test_a_new_case_is_shown_with_its_owner_and_pet(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=[visit(1)])

    page = preview_rows(
        session(), organisation_id=admin.organisation_id, import_id=import_id, wanted=PreviewFilter()
    )

    (row,) = page.rows
    assert [(one.kind, one.action) for one in row.changes] == [
        (RecordKind.OWNER, "create"),
        (RecordKind.PET, "create"),
        (RecordKind.CASE, "create"),
    ]
    assert row.changes[0].facts["email"] == "person1@example.org"
    assert row.match.outcome == "new"


def test_an_update_is_shown_field_by_field_from_old_to_new(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1)])
    import_id = build_review(actor=admin, content=[visit(1, status="Closed", outcome="Resolved")])

    (row,) = preview_rows(
        session(), organisation_id=admin.organisation_id, import_id=import_id, wanted=PreviewFilter()
    ).rows

    change = row.changes[-1]
    assert (row.outcome, change.kind, change.action) == ("update", RecordKind.CASE, "update")
    assert change.changes == (("outcome", "", "Resolved"), ("status", "new", "closed"))
    assert change.record_id == session.scalars(sa.select(Case.id)).one()


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (PreviewFilter(), [2, 3, 4, 5, 6]),
        (PreviewFilter(status="error"), [4]),
        (PreviewFilter(status="warning"), [3]),
        (PreviewFilter(status="no such status"), [2, 3, 4, 5, 6]),
        (PreviewFilter(outcome="create"), [2, 3, 6]),
        (PreviewFilter(outcome="skip"), [5]),
        (PreviewFilter(code="phone.missing"), [3]),
        (PreviewFilter(code="row.repeated"), [5]),
        (PreviewFilter(undecided=True), []),
        (PreviewFilter(status="valid", outcome="create"), [2, 6]),
    ],
)
def test_the_preview_can_be_narrowed(
    session: Db, admin: Actor, wanted: PreviewFilter, rows: list[int]
) -> None:
    content = [visit(1), visit(2, client_phone=""), visit(3, client_name=""), visit(1), visit(4)]
    import_id = build_review(actor=admin, content=content)

    page = preview_rows(session(), organisation_id=admin.organisation_id, import_id=import_id, wanted=wanted)

    assert [row.row_no for row in page.rows] == rows


def test_a_page_costs_as_many_queries_as_a_row_and_pages_do_not_overlap(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=visits(60))
    read: list[int] = []
    costs: list[int] = []
    for size, cursor in ((1, None), (50, None)):
        with counted_queries(db.engine) as sent:
            page = preview_rows(
                session(),
                organisation_id=admin.organisation_id,
                import_id=import_id,
                wanted=PreviewFilter(),
                cursor=cursor,
                size=size,
            )
        costs.append(sum(statement.startswith("SELECT") for statement in sent))
    read = [row.row_no for row in page.rows]
    rest = preview_rows(
        session(),
        organisation_id=admin.organisation_id,
        import_id=import_id,
        wanted=PreviewFilter(),
        cursor=page.next,
    )

    assert costs[0] == costs[1]
    assert read + [row.row_no for row in rest.rows] == [*range(2, 62)]
    assert rest.next is None


def test_the_ledger_stays_with_the_outcome_of_every_row(session: Db, admin: Actor) -> None:
    import_id = build_promotion(actor=admin, content=[visit(1), visit(2, client_name=""), visit(1)])

    page = ledger_rows(session(), organisation_id=admin.organisation_id, import_id=import_id)

    case_id = session.scalars(sa.select(Case.id)).one()
    assert [(row.row_no, row.outcome, row.reason, row.external_id) for row in page.rows] == [
        (
            2,
            "create",
            "Nobody known shares an id, a contact, or a name with a pet, a place or a birth date.",
            "visit-1",
        ),
        (3, "reject", "name.missing", "visit-2"),
        (4, "skip", "Row 2 says the same.", "visit-1"),
    ]
    assert [row.record_id for row in page.rows] == [case_id, None, None]
    skipped = ledger_rows(
        session(), organisation_id=admin.organisation_id, import_id=import_id, outcome="skip"
    )
    assert [row.row_no for row in skipped.rows] == [4]
