"""What a person says along with an export file."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectChoice, SelectField

from phcs.core.options import OnError
from phcs.core.planning import DuplicateStrategy
from phcs.core.records import RecordKind
from phcs.core.sources import SOURCES
from phcs.services.uploading import AUTO, UploadChoices
from phcs.web.imports.words import DUPLICATES, ON_ERROR
from phcs.wording import SERVICE_WORDS

FROM_FILE = SelectChoice(AUTO, "Find out from the file")


def _choices(words: Mapping[Any, str]) -> list[SelectChoice]:
    """Each value of an enum with its words."""
    return [SelectChoice(value.value, word) for value, word in words.items()]


class UploadForm(FlaskForm):
    """An export file and what to do with it."""

    file = FileField("Export file", validators=[FileRequired("Choose an export file first.")])
    source = SelectField(
        "Where it comes from",
        description="PHCS recognises the system by its headings.",
        choices=[FROM_FILE, *(SelectChoice(source.key, source.label) for source in SOURCES)],
        default=AUTO,
    )
    kind = SelectField(
        "What a row is",
        choices=[
            FROM_FILE,
            SelectChoice(RecordKind.CASE.value, "A visit or request: it becomes a case"),
            SelectChoice(RecordKind.OWNER.value, "A person: it becomes an owner"),
        ],
        default=AUTO,
    )
    service = SelectField(
        "Service for rows that name none",
        description="Only needed when the file has no column that says what help was asked for.",
        choices=[SelectChoice("", "None"), *_choices(SERVICE_WORDS)],
        default="",
    )
    duplicates = RadioField(
        "When PHCS knows the owner already",
        choices=_choices(DUPLICATES),
        default=DuplicateStrategy.LINK.value,
    )
    on_error = RadioField(
        "When rows have errors",
        choices=_choices(ON_ERROR),
        default=OnError.SKIP.value,
    )

    def upload_choices(self) -> UploadChoices:
        """The choices as the use case takes them."""
        return UploadChoices(
            source=self.source.data,
            kind=self.kind.data,
            duplicates=self.duplicates.data,
            on_error=self.on_error.data,
            service=self.service.data,
        )
