"""The request for help that a row tells of."""

import re
from hashlib import blake2b

from phcs.core.findings import FindingCode, Severity
from phcs.core.mapping.mapped_row import MappedRow
from phcs.core.mapping.moments import case_moment
from phcs.core.mapping.rules import CheckRules
from phcs.core.records import CaseFacts, OwnerFacts, PetFacts
from phcs.core.values.services import read_services
from phcs.core.values.statuses import StatusValue, read_status
from phcs.core.values.texts import split_list

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_COUNT = re.compile(r"(\d{1,3})(?:\.0+)?", re.ASCII)


def read_row_status(row: MappedRow) -> StatusValue:
    """Return what state and tags say together, with their findings."""
    get = row.values.get
    found = read_status(get("row.state") or get("case.status", ""), split_list(get("row.tags", "")))
    if not found.marks:
        return found
    target = "row.state" if "row.state" in row.values or row.heading_of("row.state") else "case.status"
    for code, severity in found.marks:
        is_of_tags = code in (FindingCode.OWNER_FLAGGED, FindingCode.ROW_IMPORTED_BEFORE)
        row.add(code, severity, "row.tags" if is_of_tags else target)
    return found


def read_case(row: MappedRow, rules: CheckRules, *, status: StatusValue, custom: dict[str, str]) -> CaseFacts:
    """Return the case; `custom` (what belongs to no one pet) joins its custom fields."""
    get = row.values.get
    services = read_services(get("case.services", ""))
    if not services.services:
        row.add(FindingCode.SERVICE_MISSING, _ERROR, "case.services")
    for word in services.unknown:
        row.add(FindingCode.SERVICE_UNKNOWN, _WARNING, "case.services", value=word)
    values = row.values
    tags = split_list(get("row.tags", ""))
    if "case.tags" in values:
        tags = tuple(dict.fromkeys((*tags, *split_list(values["case.tags"]))))
    return CaseFacts(
        status=status.status,
        services=services.services,
        service_given=row.given.get("case.services") or services.given,
        outcome=get("case.outcome") or status.outcome,
        location=get("case.location", ""),
        opened_at=_opened_at(row, rules),
        closed_at=_closed_at(row, rules) if "case.closed_at" in values else "",
        scheduled_at=_scheduled_at(row, rules) if "case.scheduled_at" in values else "",
        pet_count=_pet_count(row) if "case.pet_count" in values else "",
        tags=tags,
        notes=get("case.notes", ""),
        custom=row.custom("case.custom.") | custom if row.table.has_custom else custom,
    )


def _opened_at(row: MappedRow, rules: CheckRules) -> str:
    """Return when the case was opened: created, else waiting since, else its appointment if that is past."""
    for target in ("case.opened_at", "row.waiting_since"):
        if row.values.get(target):
            return _checked_opening(row, rules, target)
    moment = case_moment(row, rules, "case.scheduled_at") if row.values.get("case.scheduled_at") else None
    if moment is not None and moment <= rules.latest:
        return _checked_opening(row, rules, "case.scheduled_at")
    row.add(FindingCode.DATE_MISSING, _WARNING, "case.opened_at")
    return ""


def _checked_opening(row: MappedRow, rules: CheckRules, target: str) -> str:
    moment = case_moment(row, rules, target)
    if moment is None:
        row.add(FindingCode.DATE_INVALID, _ERROR, target)
        return ""
    if moment > rules.latest:
        row.add(FindingCode.DATE_FUTURE, _ERROR, target, detail=rules.latest.date().isoformat())
    elif moment < rules.oldest:
        row.add(FindingCode.DATE_TOO_OLD, _ERROR, target, detail=rules.oldest.date().isoformat())
    return moment.isoformat()


def _closed_at(row: MappedRow, rules: CheckRules) -> str:
    moment = case_moment(row, rules, "case.closed_at")
    if moment is None:
        row.add(FindingCode.DATE_INVALID, _WARNING, "case.closed_at")
        return ""
    if moment > rules.latest:
        row.add(FindingCode.DATE_FUTURE, _WARNING, "case.closed_at", detail=rules.latest.date().isoformat())
    return moment.isoformat()


def _scheduled_at(row: MappedRow, rules: CheckRules) -> str:
    """Return the appointment; it may lie in the future."""
    moment = case_moment(row, rules, "case.scheduled_at")
    if moment is None:
        row.add(FindingCode.DATE_INVALID, _WARNING, "case.scheduled_at")
        return ""
    return moment.isoformat()


def _pet_count(row: MappedRow) -> str:
    """Return a whole number up to 999 as text, '' with a warning for anything else."""
    found = _COUNT.fullmatch(row.values["case.pet_count"])
    if found is None:
        row.add(FindingCode.PET_COUNT_INVALID, _WARNING, "case.pet_count")
        return ""
    return str(int(found[1]))


def derived_case_id(owner: OwnerFacts, pets: tuple[PetFacts, ...], case: CaseFacts) -> str:
    """Return an id for a case whose source gives none: the same facts have the same id in every import.

    What changes while a case goes on (status, outcome, closing time) is not part of it.
    """
    told = [owner.full_name, owner.phone or owner.phone_given, owner.email]
    for pet in pets:
        told += [pet.name, pet.species, pet.species_given, pet.breed, pet.microchip]
    told += [case.opened_at, case.scheduled_at, case.location, case.service_given, case.pet_count, case.notes]
    told += case.services
    digest = blake2b("\x1f".join(told).encode("utf-8", "surrogatepass"), digest_size=8)
    return f"row:{digest.hexdigest()}"
