"""The audit trail as people read it."""

from uuid import uuid4

import pytest

from phcs.core.permissions import Role
from phcs.models.organisations import Organisation
from phcs.queries.audit import AuditLine
from phcs.services.transactions import transaction
from phcs.web.audit.sentences import ACTIONS, SENTENCES
from phcs.web.audit.wording import audit_sentence, written_words
from tests.record_builders import NOON, build_event, build_import, build_owner
from tests.web.pages import Pages, PageSeen

FRAGMENT = {"HX-Request": "true"}


def _sentences(seen: PageSeen) -> list[str]:
    return [" ".join(sentence.get_text().split()) for sentence in seen.soup.select("#found .event")]


def test_events_are_told_in_sentences_the_newest_first(pages: Pages, organisation: Organisation) -> None:
    pages.sign_in_as(Role.AUDITOR)
    with pages.app.app_context(), transaction() as session:
        batch = build_import(session, organisation.id, "visits.csv")
        owner = build_owner(session, organisation.id, "Ana Silva")
        build_event(session, organisation.id, "import.approved", subject_id=batch.id, import_id=batch.id)
        build_event(
            session, organisation.id, "owner.created", subject_id=owner.id, import_id=batch.id, row_no=12
        )
        build_event(
            session, organisation.id, "match.decided", subject_kind="owner", subject_id=owner.id,
            import_id=batch.id, row_no=13, detail={"same": False},
        )  # fmt: skip
        build_event(
            session,
            organisation.id,
            "import.read",
            subject_id=batch.id,
            actor_kind="process",
            actor_name="the reader",
        )

    assert _sentences(pages.get("/audit"))[:4] == [
        "The reader read visits.csv.",
        "Ana Reviewer decided that row 13 of visits.csv is not owner Ana Silva.",
        "Ana Reviewer created owner Ana Silva from row 12 of visits.csv.",
        "Ana Reviewer approved the import visits.csv.",
    ]


def test_details_tell_what_was_and_what_is_now_and_the_hashes(
    pages: Pages, organisation: Organisation
) -> None:
    pages.sign_in_as(Role.AUDITOR)
    with pages.app.app_context(), transaction() as session:
        owner = build_owner(session, organisation.id, "Ana Silva")
        build_event(
            session, organisation.id, "owner.updated", seq=2, subject_id=owner.id,
            values={"changes": {"city": ["Faro", "Porto"], "tags": [[], ["kind"]]}},
        )  # fmt: skip

    text = pages.get(f"/audit?record={owner.id}").text

    assert "City: was Faro , now Porto" in text
    assert "Tags: was empty, now kind" in text
    assert "Hash " + "b" * 64 in text
    assert "Hash of the event before it " + "a" * 64 in text


def test_what_a_promotion_wrote_is_told_in_words_and_once() -> None:
    written = {"owner.create": 4, "case.update": 0, "owner.created": 4, "medical_record.linked": 1_200}

    assert written_words(written) == "4 owners created and 1,200 medical records recognised"


def test_an_actors_words_cannot_become_markup(pages: Pages, organisation: Organisation) -> None:
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context(), transaction() as session:
        owner = build_owner(session, organisation.id, "<i>Ana</i>")
        build_event(
            session,
            organisation.id,
            "owner.{actor}",
            subject_id=owner.id,
            actor_name="<b>Bo</b>",
            detail={"<u>": 1},
        )

    seen = pages.get(f"/audit?record={owner.id}")

    assert _sentences(seen) == ["<b>Bo</b> did “{actor}” to owner <i>Ana</i>."]
    assert seen.soup.select("#found b, #found i, #found u") == []


@pytest.mark.parametrize("action", sorted(SENTENCES))
def test_every_known_action_can_be_chosen_and_told_without_any_name(action: str) -> None:
    line = AuditLine(
        id=1,
        chain_id=uuid4(),
        seq=1,
        at=NOON,
        actor_kind="person",
        actor_name="Ana",
        action=action,
        subject_kind=action.partition(".")[0].replace("-", "_"),
        subject_id=uuid4(),
        subject_name="",
        import_id=None,
        file_name="",
        row_no=None,
        table_name="",
        detail=(),
        changes=(),
        is_erased=False,
        digest="",
        previous_hash="",
        hash="",
    )

    sentence = audit_sentence(line).striptags()

    assert action in ACTIONS
    assert "  " not in sentence.strip()
    assert "{" not in sentence
    assert len(sentence.split()) >= 3


def test_the_trail_is_filtered_and_htmx_gets_the_same_list(pages: Pages, organisation: Organisation) -> None:
    person = pages.sign_in_as(Role.AUDITOR)
    with pages.app.app_context(), transaction() as session:
        build_event(session, organisation.id, "import.approved", actor_id=str(uuid4()))
    address = f"/audit?actor={person.id}&action=person.signed_in&since=2000-01-01&until=2100-01-01"

    page = pages.get(address)
    fragment = pages.get(address, headers=FRAGMENT)

    assert _sentences(page) == [f"{person.name} signed in."]
    assert page.soup.select_one("#filter-actor option[selected]")["value"] == str(person.id)  # type: ignore[index]
    assert fragment.soup.find("html") is None
    assert str(fragment.soup.find(id="found")) == str(page.soup.find(id="found"))


@pytest.mark.parametrize("query", ["since=yesterday", "import=1", "record=x", "cursor=x", "until=2026-13-01"])
def test_a_filter_that_makes_no_sense_is_answered_in_words(pages: Pages, query: str) -> None:
    pages.sign_in_as(Role.AUDITOR)

    assert pages.get(f"/audit?{query}", status=422).heading == "Please check what you entered"
