"""The owner and the pets of a row."""

from dataclasses import replace
from datetime import date

from phcs.core.findings import FindingCode, Severity
from phcs.core.mapping.mapped_row import MappedRow
from phcs.core.mapping.rules import CheckRules
from phcs.core.mapping.targets import NAME_TARGETS, WEIGHT_UNIT
from phcs.core.records import OwnerFacts, PetFacts
from phcs.core.values.ages import parse_age
from phcs.core.values.damaged_ids import is_damaged_chip
from phcs.core.values.date_orders import a_century_earlier
from phcs.core.values.emails import EmailFailure, parse_email, several_emails
from phcs.core.values.names import PersonName, read_person_name, read_pet_names
from phcs.core.values.numbers import read_weight, weight_unit
from phcs.core.values.pets import Extras, read_pets, read_sex, sterilised_told_by
from phcs.core.values.phones import PhoneValue, parse_phone
from phcs.core.values.species import species_parts
from phcs.core.values.texts import fold, parse_yes_no, repair_mojibake, split_list, tidy

NAME_SUFFIX = "owner.custom.name_suffix"
"""Jr and the like where they have a column of their own: they tell a father and a son apart."""
PLACEHOLDER_TAG = "placeholder"
FLAGGED_TAG = "flagged"

_EXTRA_FACTS = ("sex", "birth_date", "weight", "colour", "microchip", "sterilised", "deceased", "notes")
_EXTRA_TARGETS = tuple((f"pet.{name}", name) for name in _EXTRA_FACTS)
_ANY_NAME = "Luna"
"""Stands for the name while the other facts are read: one name makes one pet."""

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def read_owner(
    row: MappedRow, rules: CheckRules, *, is_flagged: bool, wants_contact: bool = True
) -> OwnerFacts:
    """Return the person; a stand-in such as `Walk-in` and a person blocked by staff carry a tag.

    Unless the row `wants_contact`, nothing is said of a phone number that is not there.
    """
    values = row.values
    name = _read_name(row)
    custom = row.custom("owner.custom.")
    phone, phone2 = _read_phones(row, rules, custom)
    email = _read_email(row, rules, custom) if "owner.email" in values else ""
    if not phone and wants_contact:
        _note_missing_phone(row)
    tags = split_list(values["owner.tags"]) if "owner.tags" in values else ()
    if name.is_placeholder and PLACEHOLDER_TAG not in tags:
        tags = (*tags, PLACEHOLDER_TAG)
    if is_flagged and FLAGGED_TAG not in tags:
        tags = (*tags, FLAGGED_TAG)
    facts = OwnerFacts(
        full_name=name.full_name,
        given_name=name.given_name,
        family_name=name.family_name,
        phone=phone,
        phone_given=values.get("owner.phone", ""),
        phone2=phone2,
        email=email,
        tags=tags,
        custom=custom,
    )
    return _with_details(facts, row, rules) if row.table.has_owner_details else facts


def _with_details(facts: OwnerFacts, row: MappedRow, rules: CheckRules) -> OwnerFacts:
    """Return the owner with what few tables give: address, birth date, notes."""
    get = row.values.get
    return replace(
        facts,
        address=get("owner.address", ""),
        city=get("owner.city", ""),
        region=get("owner.region", ""),
        postal_code=get("owner.postal_code", "").lstrip("'"),
        country=get("owner.country", ""),
        birth_date=read_birth_date(row, rules, "owner.birth_date")
        if "owner.birth_date" in row.values
        else "",
        notes=get("owner.notes", ""),
    )


def _read_name(row: MappedRow) -> PersonName:
    get = row.values.get
    name = read_person_name(
        get("owner.full_name", ""), get("owner.given_name", ""), get("owner.family_name", "")
    )
    suffix = get(NAME_SUFFIX, "")
    if suffix and name.full_name and fold(suffix) not in fold(name.full_name).split():
        name = replace(name, full_name=f"{name.full_name} {suffix}")
    if not name.full_name:
        mapped = [target for target in NAME_TARGETS if row.heading_of(target)]
        target = next((target for target in mapped if target in row.values), next(iter(mapped), ""))
        row.add(FindingCode.NAME_MISSING, _ERROR, target)
    elif name.is_placeholder:
        row.add(FindingCode.NAME_PLACEHOLDER, _WARNING, "owner.full_name", value=name.full_name)
    if not name.full_name.isascii():
        for target in NAME_TARGETS:
            _note_garbled(row, target)
    return name


def _note_garbled(row: MappedRow, target: str) -> None:
    """Note a name whose letters were read in the wrong encoding before they came into the file (`JosÃ©`)."""
    text = row.values.get(target, "")
    meant = repair_mojibake(text)
    if meant != text:
        row.add(FindingCode.TEXT_GARBLED, _WARNING, target, detail=meant)


def _read_phones(row: MappedRow, rules: CheckRules, custom: dict[str, str]) -> tuple[str, str]:
    """Return both numbers; a good second number moves up where the first cell is blank."""
    first = second = ""
    values = row.values
    text = values.get("owner.phone")
    if text:
        found = parse_phone(text, rules.region)
        if isinstance(found, PhoneValue):
            first, second = found.e164, found.second
        else:
            row.add(FindingCode.PHONE_INVALID, rules.invalid, "owner.phone", detail=found.value)
    if "owner.phone2" in values:
        other = values["owner.phone2"]
        found = parse_phone(other, rules.region)
        if isinstance(found, PhoneValue):
            second = found.e164
        else:
            custom["phone2_given"] = other
            row.add(FindingCode.PHONE_INVALID, _WARNING, "owner.phone2", detail=found.value)
    if not text and second:
        return second, ""
    return first, "" if second == first else second


def _read_email(row: MappedRow, rules: CheckRules, custom: dict[str, str]) -> str:
    """Return the address, of several in one cell the first; the others are kept as `email_2`.

    What is no address is kept as `email_given`, where nothing is matched by it.
    """
    text = row.values["owner.email"]
    found = parse_email(text)
    if isinstance(found, EmailFailure):
        first, *others = several_emails(text) or ("",)
        if first:
            rest = "; ".join(filter(None, [*others, custom.get("email_2")]))
            custom.update({"email_2": rest} if rest else {})
            return first
        custom["email_given"] = text
        row.add(FindingCode.EMAIL_INVALID, rules.invalid, "owner.email", detail=found.value)
        return ""
    return found


def _note_missing_phone(row: MappedRow) -> None:
    """Note that the row gives no phone, or no way to reach the owner; a malformed one has its own finding."""
    values = row.values
    if "owner.phone" in values or "owner.phone2" in values:
        return
    code = FindingCode.PHONE_MISSING if "owner.email" in values else FindingCode.CONTACT_MISSING
    row.add(code, _WARNING, "owner.phone")


def read_birth_date(row: MappedRow, rules: CheckRules, target: str) -> str:
    """Return the day as ISO text; '' with a warning for what is no day, or one that is still to come."""
    text = row.values[target]
    day = rules.day(text)
    if day is None:
        return _day_of_age(row, rules, target)
    if day > rules.latest.date():
        earlier = a_century_earlier(row.given.get(target, text), day)
        if earlier is None:
            row.add(FindingCode.DATE_FUTURE, _WARNING, target)
            return ""
        day = earlier
    return day.isoformat()


def _day_of_age(row: MappedRow, rules: CheckRules, target: str) -> str:
    """Return the day of birth that an age makes, with a note, counted back from the row's own day or the upload."""
    age = parse_age(row.values[target]) if target == "pet.birth_date" else None
    day = age.born(_day_of_row(row, rules)) if age else None
    if day is None:
        row.add(FindingCode.DATE_INVALID, _WARNING, target)
        return ""
    row.add(FindingCode.DATE_APPROXIMATE, _NOTE, target, detail=day.isoformat())
    return day.isoformat()


def _day_of_row(row: MappedRow, rules: CheckRules) -> date:
    """Return the day on which the row was written down, which must not lie ahead."""
    for target in ("case.opened_at", "row.waiting_since", "case.scheduled_at"):
        moment = rules.moment(row.values[target]) if target in row.values else None
        if moment is not None and moment <= rules.now:
            return moment.date()
    return rules.now.date()


def read_row_pets(row: MappedRow, rules: CheckRules, custom: dict[str, str]) -> tuple[PetFacts, ...]:
    """Return the row's pets; facts that belong to no one pet go to `custom` as `pet_<fact>`."""
    get = row.values.get
    found = read_pets(get("pet.name", ""), get("pet.species", ""), get("pet.breed", ""), _extras(row, rules))
    if found.unknown_species:
        row.add(FindingCode.SPECIES_UNKNOWN, _WARNING, "pet.species", value=found.unknown_species)
    _note_garbled(row, "pet.name")
    for fact, text in found.spare:
        custom[f"pet_{fact}"] = text
    return (
        _with_given_species(found.pets, row.given["pet.species"])
        if "pet.species" in row.given
        else found.pets
    )


def read_one_pet(row: MappedRow, rules: CheckRules) -> PetFacts:
    """Return the pet of a row that is about one: a cell such as `Luna & Max` is its name."""
    get = row.values.get
    text = get("pet.name", "")
    names = read_pet_names(text)
    found = read_pets(_ANY_NAME, get("pet.species", ""), get("pet.breed", ""), _extras(row, rules))
    if found.unknown_species:
        row.add(FindingCode.SPECIES_UNKNOWN, _WARNING, "pet.species", value=found.unknown_species)
    _note_garbled(row, "pet.name")
    given = row.given.get("pet.species")
    pets = found.pets if given is None else _with_given_species(found.pets, given)
    return replace(pets[0], name=names[0] if len(names) == 1 else tidy(text))


def _with_given_species(pets: tuple[PetFacts, ...], given: str) -> tuple[PetFacts, ...]:
    """Return the pets with the file's own words for their species."""
    parts = species_parts(given)
    words = parts if len(parts) == len(pets) else [tidy(given)] * len(pets)
    return tuple(
        replace(pet, species_given=word) if pet.species_given else pet
        for pet, word in zip(pets, words, strict=True)
    )


def _extras(row: MappedRow, rules: CheckRules) -> Extras:
    values = row.values
    if not row.table.has_pet_details:
        return ()
    told = {
        fact: _extra_value(row, rules, target, fact) for target, fact in _EXTRA_TARGETS if target in values
    }
    if "pet.sex" in values and not told.get("sterilised"):
        said = sterilised_told_by(row.given.get("pet.sex", values["pet.sex"]))
        told |= {"sterilised": said} if said else {}
    return tuple(told.items())


def _with_unit(weight: str, unit: str) -> str:
    """Return the weight with the unit of another column where it names none itself."""
    known = weight_unit(unit) if unit and weight[-1:].isdigit() else ""
    return f"{weight} {known}" if known else weight


def _extra_value(row: MappedRow, rules: CheckRules, target: str, fact: str) -> str:
    text = row.values[target]
    if target in row.kept:
        return tidy(text)
    if fact == "sex":
        return read_sex(text)
    if fact == "birth_date":
        return read_birth_date(row, rules, target)
    if fact in ("sterilised", "deceased"):
        answer = parse_yes_no(text)
        return tidy(text) if answer is None else ("yes" if answer else "no")
    if fact == "microchip" and is_damaged_chip(text):
        row.add(FindingCode.ID_DAMAGED, _WARNING, target)
    if fact == "weight":
        weight, is_sure = read_weight(_with_unit(text, row.values.get(WEIGHT_UNIT, "")))
        if not is_sure:
            row.add(FindingCode.NUMBER_INVALID, _WARNING, target)
        return weight
    return text if fact == "notes" else tidy(text)
