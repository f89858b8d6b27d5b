"""Uploading: what is accepted, and where it says what is not."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from phcs.core.permissions import Role
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, export_csv, visits
from tests.web.pages import Pages, PageSeen

LIMIT = 1_500_000
"""More than any other request may be, so that the upload's own limit is what decides."""
ONE_VISIT = export_csv(visits(1)).encode()


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"WTF_CSRF_ENABLED": True, "PHCS_MAX_UPLOAD_BYTES": LIMIT}


def sent(pages: Pages, contents: bytes, status: int, **fields: str) -> PageSeen:
    pages.get("/imports/new")
    file: Any = (io.BytesIO(contents), "visits.csv")
    return pages.post("/imports/new", {"file": file, **fields}, status=status)


@pytest.mark.parametrize(("size", "status"), [(LIMIT - 1, 302), (LIMIT, 302), (LIMIT + 1, 413)])
def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    pages: Pages, size: int, status: int
) -> None:
    pages.sign_in_as(Role.ADMIN)

    sent(pages, ONE_VISIT.ljust(size), status)

    listed = pages.get("/imports").text
    assert ("visits.csv" in listed) is (status == 302)


@pytest.mark.parametrize("size", [LIMIT + 1, 3_000_000])
def test_too_large_a_file_is_said_beside_its_field(pages: Pages, size: int) -> None:
    pages.sign_in_as(Role.ADMIN)

    seen = sent(pages, b"x" * size, 413)

    assert "larger than 1.5 MB" in seen.soup.find(id="file-error").text  # type: ignore[union-attr]


def test_an_upload_without_a_file_says_so_beside_the_field(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/imports/new")

    seen = pages.post("/imports/new", status=400)

    assert "Choose an export file first." in seen.soup.find(id="file-error").text  # type: ignore[union-attr]
    assert seen.soup.title is not None
    assert seen.soup.title.text.startswith("Error:")


def test_an_empty_file_is_refused_in_words(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)

    seen = sent(pages, b"", 422)

    assert "The file is empty" in seen.soup.find(id="file-error").text  # type: ignore[union-attr]


def test_a_choice_that_does_not_exist_is_refused_and_the_others_stay(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)

    seen = sent(pages, ONE_VISIT, 400, duplicates="guess", service="medical")

    assert "Not a valid choice" in seen.text
    assert seen.soup.select_one("#service option[selected]")["value"] == "medical"  # type: ignore[index]


def test_htmx_goes_to_the_import_by_header_and_gets_errors_as_the_form_alone(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/imports/new")
    token, headers = pages.csrf_token(), {"HX-Request": "true"}
    file: Any = (io.BytesIO(ONE_VISIT), "visits.csv")

    taken = pages.client.post("/imports/new", data={"file": file}, headers={**headers, "X-CSRFToken": token})
    refused = pages.client.post("/imports/new", data={}, headers={**headers, "X-CSRFToken": token})

    assert taken.headers["HX-Redirect"].startswith("/imports/")
    assert refused.status_code == 400
    assert refused.text.lstrip().startswith('<form class="panel" id="upload"')


def test_an_upload_without_the_token_is_refused(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    file: Any = (io.BytesIO(ONE_VISIT), "visits.csv")

    answer = pages.client.post("/imports/new", data={"file": file})

    assert answer.status_code == 400
    assert "visits.csv" not in pages.get("/imports").text


def test_the_limits_stand_before_the_choice(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)

    text = pages.get("/imports/new").text

    assert "CSV, TSV, Excel (XLSX, XLS), ODS, JSON" in text
    assert "1,000,000 rows and 1,000 columns" in text


def test_the_same_file_again_names_and_links_the_earlier_import(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    first = sent(pages, ONE_VISIT, 302).response.headers["Location"]

    second = sent(pages, ONE_VISIT, 302).response.headers["Location"]

    page = pages.get(second)
    assert "exactly these contents was uploaded before." in page.text
    assert "exactly these contents" not in pages.get(first).text
    assert page.soup.find("a", href=first) is not None


def test_the_same_file_after_a_completed_import_is_said_to_bring_nothing_new(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        admin = actor_of(build_person(organisation=pages.organisation))
        build_promotion(actor=admin, content=ONE_VISIT)

    page = pages.get(sent(pages, ONE_VISIT, 302).response.headers["Location"])

    assert "its import was completed. Importing it again brings nothing new." in page.text


def test_the_sample_of_the_demo_can_be_uploaded_with_one_button(app: Flask, pages: Pages) -> None:
    samples = Path(app.instance_path) / "samples"
    samples.mkdir()
    (samples / "waitwhile-sample.csv").write_bytes(ONE_VISIT)
    pages.sign_in_as(Role.ADMIN)
    assert pages.get("/imports/sample").response.data == ONE_VISIT
    pages.get("/")

    pages.submit("/imports/sample/upload")

    assert "waitwhile-sample.csv" in pages.follow().heading


def test_without_a_demo_there_is_no_sample(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)

    pages.get("/imports/sample", status=404)

    assert "sample" not in pages.get("/").text.lower()
