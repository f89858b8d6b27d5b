"""The pages on which rejected rows go out and come back, and those of the data-quality log."""

import io
from typing import Any
from uuid import UUID

from phcs.core.permissions import Role
from phcs.core.states import ImportState
from tests.builders import actor_of, build_person
from tests.import_builders import advance, build_promotion, build_review, seen, visit, visits
from tests.services.test_correcting import BROKEN, corrected, named
from tests.web.pages import Pages, PageSeen


def upload(pages: Pages, import_id: UUID, content: bytes, *, status: int = 302) -> PageSeen:
    file: Any = (io.BytesIO(content), "rejected.csv")
    return pages.post(f"/imports/{import_id}/corrections", {"file": file}, status=status)


def test_rejected_rows_go_out_come_back_and_each_change_is_shown(pages: Pages) -> None:
    admin = pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        import_id = build_review(actor=actor_of(admin), content=BROKEN)

    assert "Download for a spreadsheet" in pages.get(f"/imports/{import_id}/corrections").text
    answer = pages.client.get(f"/imports/{import_id}/errors.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="rejected-rows-{import_id}.csv"'
    upload(pages, import_id, corrected(answer.get_data(), named))

    page = pages.follow()
    assert "1 row corrected, 1 cell changed." in page.text
    assert [one.text for one in page.soup.find_all("ins")] == ["Ines Prado"]
    with pages.app.app_context():
        assert advance(import_id) is ImportState.REVIEW
        assert seen(import_id).row.error == 1
    quality = pages.get(f"/imports/{import_id}/quality").text
    assert "Corrected by file: 1" in quality
    assert quality.count("Open") >= 2
    assert "visits.csv" in pages.get("/quality?resolution=corrected").text
    lines = pages.client.get("/quality.csv?resolution=corrected").get_data(as_text=True).splitlines()
    assert len(lines) == 2
    assert ",4,client_name,error,name.missing,No owner name,,corrected," in lines[1]


def test_what_cannot_be_taken_back_is_said_beside_the_field(pages: Pages) -> None:
    admin = pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        import_id = build_review(actor=actor_of(admin), content=BROKEN)

    pages.get(f"/imports/{import_id}/corrections")
    page = upload(pages, import_id, b"name,phone\nAna,1\n", status=422)

    assert "has no column “PHCS row id”" in page.soup.find(id="file-error").text  # type: ignore[union-attr]


def test_another_organisation_sees_neither_rows_nor_log_and_an_auditor_uploads_nothing(pages: Pages) -> None:
    with pages.app.app_context():
        theirs = build_review(actor=actor_of(build_person()), content=BROKEN)
    pages.sign_in_as(Role.AUDITOR)

    for address in ("corrections", "errors.csv", "errors.xlsx", "quality", "quality.csv", "corrections/1"):
        assert pages.client.get(f"/imports/{theirs}/{address}").status_code == 404, address
    assert "Nothing was found" in pages.get("/quality").text
    upload(pages, theirs, b"x", status=403)


def test_stopping_at_errors_is_said_before_approval_and_can_be_chosen_otherwise(pages: Pages) -> None:
    admin = pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        import_id = build_review(actor=actor_of(admin), content=BROKEN, on_error="stop")

    assert (
        "stops at errors: nothing is imported until they are corrected"
        in pages.get(f"/imports/{import_id}/approval").text
    )
    pages.submit(f"/imports/{import_id}/on-error")

    assert (
        "They are left out and kept for you to correct later; the good rows are imported."
        in pages.follow().text
    )
    with pages.app.app_context():
        assert seen(import_id).options.on_error == "skip"


def test_after_completion_the_result_leads_to_the_rejected_rows_and_the_new_import_names_the_first(
    pages: Pages,
) -> None:
    admin = pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        import_id = build_promotion(actor=actor_of(admin), content=[*visits(2), visit(3, client_name="")])

    assert "Correct 1 rejected row" in pages.get(f"/imports/{import_id}/result").text
    content = pages.client.get(f"/imports/{import_id}/errors.csv").get_data()
    upload(pages, import_id, corrected(content, named))

    assert "Brings corrected rows of visits.csv" in pages.follow().text
    assert "corrected rows of visits.csv" in pages.get(f"/imports/{import_id}/corrections").text
