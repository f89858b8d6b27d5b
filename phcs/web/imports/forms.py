"""What a person says along with an export file."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField

from phcs.core.options import OnError
from phcs.core.planning import DuplicateStrategy
from phcs.core.records import RecordKind
from phcs.core.sources import SOURCES
from phcs.services.uploading import AUTO, UploadChoices
from phcs.web.imports.words import DUPLICATES, ON_ERROR, SERVICES


class UploadForm(FlaskForm):
    """An export file and what to do with it."""

    file = FileField("Export file", validators=[FileRequired("Choose an export file first.")])
    source = SelectField(
        "Where it comes from",
        description="PHCS recognises the system by its headings.",
        choices=[(AUTO, "Find out from the file"), *((source.key, source.label) for source in SOURCES)],
        default=AUTO,
    )
    kind = SelectField(
        "What a row is",
        choices=[
            (AUTO, "Find out from the file"),
            (RecordKind.CASE.value, "A visit or request: it becomes a case"),
            (RecordKind.OWNER.value, "A person: it becomes an owner"),
        ],
        default=AUTO,
    )
    service = SelectField(
        "Service for rows that name none",
        description="Only needed when the file has no column that says what help was asked for.",
        choices=[("", "None"), *((value.value, word) for value, word in SERVICES.items())],
        default="",
    )
    duplicates = RadioField(
        "When PHCS knows the owner already",
        choices=[(value.value, word) for value, word in DUPLICATES.items()],
        default=DuplicateStrategy.LINK.value,
    )
    on_error = RadioField(
        "When rows have errors",
        choices=[(value.value, word) for value, word in ON_ERROR.items()],
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
