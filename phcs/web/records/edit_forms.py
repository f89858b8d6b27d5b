"""The forms in which people edit owners, pets and cases. What texts mean is decided in `core/editing`."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from phcs.core.records import AgeClass, CaseStatus, RecordKind, ServiceType, Species
from phcs.web.records.wording import fact_label, fact_text

SEXES = ("male", "female")
ANSWERS = ("yes", "no")
OPEN_LISTS = frozenset({"sex", "sterilised", "deceased"})
"""Facts with usual answers that may hold another word, as a source gave it."""


def _line(name: str, description: str = "") -> StringField:
    return StringField(fact_label(name), description=description)


def _text(name: str) -> TextAreaField:
    return TextAreaField(fact_label(name))


def _choice(name: str, values: Any, *, blank: str = "Not known") -> SelectField:
    known = [SelectChoice(str(value), str(fact_text(str(value), name)).capitalize()) for value in values]
    return SelectField(fact_label(name), choices=[SelectChoice("", blank), *known] if blank else known)


class EditForm(FlaskForm):
    """What every form of a record carries: the version, and the texts that the fields showed when it was opened."""

    version = HiddenField()
    opened = HiddenField()


class OwnerForm(EditForm):
    """An owner's facts."""

    full_name = _line("full_name", "Given and family name follow it, as far as they can be told apart.")
    given_name = _line("given_name")
    family_name = _line("family_name")
    phone = _line("phone", "A number from another country needs + and its country code.")
    phone2 = _line("phone2")
    email = _line("email")
    address = _line("address")
    city = _line("city")
    region = _line("region")
    postal_code = _line("postal_code")
    country = _line("country")
    birth_date = _line("birth_date")
    tags = _line("tags", "Commas between them.")
    notes = _text("notes")


class PetForm(EditForm):
    """A pet's facts."""

    name = _line("name", "Leave it empty when nobody knows it.")
    species = _choice("species", Species)
    species_given = _line("species_given", "The word for an animal that the list does not have.")
    age_class = _choice("age_class", AgeClass)
    breed = _line("breed")
    sex = _choice("sex", SEXES)
    birth_date = _line("birth_date")
    weight = _line("weight")
    colour = _line("colour")
    microchip = _line("microchip")
    sterilised = _choice("sterilised", ANSWERS)
    deceased = _choice("deceased", ANSWERS)
    notes = _text("notes")


class CaseForm(EditForm):
    """A case's facts."""

    status = _choice("status", CaseStatus, blank="")
    services = SelectMultipleField(
        fact_label("services"),
        choices=[SelectChoice(one.value, str(fact_text(one.value, "services"))) for one in ServiceType],
    )
    outcome = _line("outcome")
    location = _line("location")
    opened_at = _line("opened_at")
    closed_at = _line("closed_at")
    scheduled_at = _line("scheduled_at")
    pet_count = _line("pet_count")
    tags = _line("tags", "Commas between them.")
    notes = _text("notes")


FORMS: dict[RecordKind, type[EditForm]] = {
    RecordKind.OWNER: OwnerForm,
    RecordKind.PET: PetForm,
    RecordKind.CASE: CaseForm,
}

GROUPS: dict[RecordKind, tuple[tuple[str, tuple[str, ...]], ...]] = {
    RecordKind.OWNER: (
        ("Name", ("full_name", "given_name", "family_name")),
        ("Contact", ("phone", "phone2", "email")),
        ("Address", ("address", "city", "region", "postal_code", "country")),
        ("More", ("birth_date", "tags", "notes")),
    ),
    RecordKind.PET: (
        ("Animal", ("name", "species", "species_given", "age_class", "breed")),
        ("About it", ("sex", "birth_date", "weight", "colour", "microchip", "sterilised", "deceased")),
        ("More", ("notes",)),
    ),
    RecordKind.CASE: (
        ("Help", ("status", "services", "outcome", "location", "pet_count")),
        ("Times", ("opened_at", "closed_at", "scheduled_at")),
        ("More", ("tags", "notes")),
    ),
}
"""The fields of each form under their headings."""

INPUTS: dict[str, str] = {
    "phone": "tel",
    "phone2": "tel",
    "birth_date": "date",
    "opened_at": "datetime-local",
    "closed_at": "datetime-local",
    "scheduled_at": "datetime-local",
}
"""The type of input where it is not a plain text; addresses stay texts, so that our sentence is the one people read."""
