"""What admins enter."""

from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from phcs.core.permissions import SCOPES, Role
from phcs.wording.regions import region_choices

ROLE_WORDS = {
    Role.ADMIN: "Admin: uploads, repairs and undoes imports; manages people, keys and settings",
    Role.REVIEWER: "Reviewer: decides about duplicates, approves imports or sends them back",
    Role.AUDITOR: "Auditor: sees records, history and audit, and changes nothing",
}

SCOPE_WORDS = {
    "imports:read": "See imports and their rows",
    "imports:write": "Upload files, map columns, cancel",
    "imports:approve": "Decide about duplicates, approve, send back, abort",
    "records:read": "See owners, pets and cases",
    "exports:read": "Take owners, pets and cases away as files",
    "audit:read": "See the audit trail",
    "webhooks:write": "Add, change and delete webhooks",
    "schedules:write": "Set up, change, run and delete schedules",
}

ROLES = [SelectChoice(role.value, ROLE_WORDS[role]) for role in Role]
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
)


class OrganisationForm(FlaskForm):
    """What an organisation chooses."""

    name = StringField("Name", validators=[InputRequired("Enter the organisation's name."), Length(max=200)])
    region = SelectField(
        "Region of phone numbers",
        description="Phone numbers without a country code are read as numbers of this region.",
        choices=[SelectChoice(code, words) for code, words in region_choices()],
    )
    time_zone = SelectField(
        "Time zone",
        description="Times without a zone in a file are read in this one.",
        choices=["UTC", *ZONES],
    )
    four_eyes = BooleanField(
        "Four eyes",
        description="Whoever uploaded an import or edited its rows cannot approve it; a second person has to.",
    )
    keep_invalid_optional = BooleanField(
        "Keep malformed phone numbers and e-mail addresses",
        description="They are a warning, kept as given. Otherwise they are an error, and their row waits for repair.",
    )


class PersonForm(FlaskForm):
    """Somebody new."""

    name = StringField("Name", validators=[InputRequired("Enter the person's name."), Length(max=200)])
    email = EmailField(
        "E-mail address",
        description="They sign in with it.",
        validators=[InputRequired("Enter the person's e-mail address."), Length(max=254)],
    )
    role = RadioField("Role", choices=ROLES, validators=[InputRequired("Choose a role.")])


class RoleForm(FlaskForm):
    """Another role for somebody."""

    role = RadioField("Role", choices=ROLES, validators=[InputRequired("Choose a role.")])


class ApiKeyForm(FlaskForm):
    """A key for a program."""

    name = StringField(
        "Name",
        description="Which program uses it, for example “Nightly export”.",
        validators=[InputRequired("Enter a name for the key."), Length(max=200)],
    )
    scopes = SelectMultipleField(
        "What the key may do",
        choices=[SelectChoice(scope, SCOPE_WORDS[scope]) for scope in SCOPES],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired("Choose at least one thing that the key may do.")],
    )
    days = IntegerField(
        "Ends after (days)",
        description="At most 366. Make a new key before this one ends.",
        default=90,
        validators=[
            InputRequired("Enter a number of days."),
            NumberRange(1, 366, "Choose between 1 and 366 days."),
        ],
    )
