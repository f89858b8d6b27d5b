"""The audit trail as people read it."""

from typing import Any
from uuid import uuid4

import pytest

from phcs.core.permissions import Role
from phcs.models.organisations import Organisation
from phcs.queries.audit import AuditLine
from phcs.services.transactions import transaction
from phcs.web.audit.details import detail_lines, written_words
from phcs.web.audit.sentences import ACTIONS, SENTENCES
from phcs.web.audit.wording import audit_sentence
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


def _line(action: str, detail: dict[str, Any], tables: dict[int, str] | None = None) -> AuditLine:
    return AuditLine(
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
        detail=tuple(detail.items()),
        changes=(),
        is_erased=False,
        digest="",
        previous_hash="",
        hash="",
        table_names=tables or {},
    )


UNDONE = {"reversed": 1_006, "removed": 1_004, "changed": 2, "kept": 1, "none": 1}
PLAN = {
    "owner": {"create": 2, "update": 0, "link": 1, "unchanged": 0},
    "pet": {"create": 1, "update": 0, "link": 0, "unchanged": 0, "skip": 0, "reject": 3},
    "rows": {"create": 3, "update": 0, "unchanged": 0, "link": 0, "skip": 1, "reject": 3},
    "duplicates_in_file": 0,
    "needs_decision": 1,
}
ORPHANS = {"table": 2, "code": "parent.missing", "choice": "placeholder", "owner": "", "rows": 4}
TABLES = {1: "clientes.csv", 2: "pacientes.csv"}


@pytest.mark.parametrize(
    ("action", "detail", "told"),
    [
        (
            "import.undone",
            {"counts": UNDONE},
            "Records: taken back: 1,006, stayed as they are: 1 (removed 1,004 and changed 2)",
        ),
        (
            "import.redo_planned",
            {"counts": {"reversed": 3, "blocked": 1, "brought_back": 3}},
            "Records: will come back: 3, cannot come back: 1 (bring back 3)",
        ),
        (
            "import.promoted",
            {"records_chain": "c-1", "records_events": 1_449, "records_head": "abc"},
            "Events of its records: 1,449 events in chain c-1; the newest hash is abc",
        ),
        (
            "import.planned",
            {"plan": PLAN},
            (
                "Will be done: create 2 owners and 1 pet; recognise 1 owner; 1 row left out; 3 rows rejected; "
                "1 row for a person to decide"
            ),
        ),
        (
            "import.orphans_decided",
            {"decisions": [ORPHANS]},
            (
                "Decisions: 4 rows of “pacientes.csv” (belongs to a record that is not there): "
                "given to one owner who stands for nobody"
            ),
        ),
        (
            "import.conflicts_decided",
            {"decisions": [{"kind": "pet", "fact": "breed", "theirs": True}]},
            "Decisions: Breed of a pet: the file's value holds",
        ),
        ("findings.confirmed", {"table": 2}, "Table: pacientes.csv"),
        (
            "import.received",
            {"matching": "phone_name_pet+literal/1"},
            "Owners are recognised by: Phone, name and pet (who comes with another pet is another owner)",
        ),
        (
            "import.received",
            {"matching": "evidence/1"},
            "Owners are recognised by: All evidence (recommended)",
        ),
        (
            "owners.merged",
            {"counts": {"facts": 0, "pets": 1, "cases": 2, "external_ids": 2}},
            "Records: 1 pet, 2 cases and 2 ids of other systems",
        ),
    ],
)
def test_numbers_decisions_and_chains_are_told_in_words(
    action: str, detail: dict[str, Any], told: str
) -> None:
    [(name, was, now)] = detail_lines(_line(action, detail, TABLES))

    assert (f"{name}: {now}", was) == (told, None)


@pytest.mark.parametrize("action", sorted(SENTENCES))
def test_every_known_action_can_be_chosen_and_told_without_any_name(action: str) -> None:
    line = _line(action, {})

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
