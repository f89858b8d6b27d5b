"""What a person says along with an export file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import BooleanField, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import NumberRange, Optional

from phcs.core.matching.presets import MatchPreset
from phcs.core.options import NO_TEMPLATE, AskedReading, AskedTable, OnError
from phcs.core.planning import DuplicateStrategy
from phcs.core.reading.choices import DELIMITERS, ENCODINGS, ReadingChoices
from phcs.core.reading.tables import Part
from phcs.core.sources import KINDS, SOURCES
from phcs.services.uploading import AUTO, NO, YES, UploadChoices
from phcs.web.imports.words import DUPLICATES, ON_ERROR
from phcs.wording import SERVICE_WORDS
from phcs.wording.matching import NEW_PET_WORDS, PRESET_HELP, PRESET_WORDS
from phcs.wording.tables import ROW_WORDS

FROM_FILE = SelectChoice(AUTO, "Find out from the file")

FROM_FILE_BLANK = SelectChoice("", "Find out from the file")
TAB = "tab"
"""Stands for the tab in forms: browsers and their users do not send one reliably."""

SOURCE_CHOICES = [FROM_FILE, *(SelectChoice(source.key, source.label) for source in SOURCES)]
KIND_CHOICES = [
    FROM_FILE,
    *(SelectChoice(kind.value, words) for kind, words in ROW_WORDS.items() if kind.value in KINDS),
]


def _pairs(offered: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Each value of a list with its words."""
    return [SelectChoice(value, word) for value, word in offered]


def _choices(words: Mapping[Any, str]) -> list[SelectChoice]:
    """Each value of an enum with its words."""
    return [SelectChoice(value.value, word) for value, word in words.items()]


class UploadForm(FlaskForm):
    """One or several export files and what to do with them."""

    file = MultipleFileField("Export files", validators=[FileRequired("Choose an export file first.")])
    source = SelectField(
        "Where it comes from",
        description="PHCS recognises the system by its headings.",
        choices=SOURCE_CHOICES,
        default=AUTO,
    )
    kind = SelectField(
        "What a row is",
        choices=KIND_CHOICES,
        default=AUTO,
    )
    template = SelectField(
        "Saved mapping",
        description="The one for these headings is used by itself. Choose one only to use another.",
        default="",
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
    matching = RadioField(
        "How PHCS recognises owners",
        choices=[
            SelectChoice(preset.value, f"{PRESET_WORDS[preset]}. {PRESET_HELP[preset]}")
            for preset in MatchPreset
        ],
        default=MatchPreset.EVIDENCE.value,
    )
    new_pet_is_new_owner = BooleanField(NEW_PET_WORDS)
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
            template=self.template.data,
            matching=self.matching.data,
            new_pet_is_new_owner=YES if self.new_pet_is_new_owner.data else NO,
        )

    def offer_templates(self, names: Iterable[str]) -> None:
        """Let these saved mappings be chosen; before the form is looked at."""
        self.template.choices = _template_choices(names)


class RereadForm(FlaskForm):
    """How a file is read and what it is; what is left as it stands is found out from the file."""

    part = SelectField("Which table of the file", validate_choice=False, default="")
    header_row = IntegerField(
        "Row with the headings",
        description="Empty: found out from the file. 0: the file has no headings.",
        validators=[
            Optional(),
            NumberRange(min=0, max=1_000_000, message="Give a row number, or 0 for none."),
        ],
    )
    encoding = SelectField("Encoding", choices=[FROM_FILE_BLANK, *_pairs(ENCODINGS)], default="")
    delimiter = SelectField(
        "Columns are separated by",
        choices=[
            FROM_FILE_BLANK,
            *_pairs((TAB if value == "\t" else value, word) for value, word in DELIMITERS),
        ],
        default="",
    )
    source = SelectField("Where it comes from", choices=SOURCE_CHOICES, default=AUTO)
    kind = SelectField("What a row is", choices=KIND_CHOICES, default=AUTO)
    template = SelectField("Saved mapping", default="")

    @classmethod
    def of(cls, asked: AskedTable, parts: Sequence[Part], names: Iterable[str]) -> "RereadForm":
        """The form as it was sent, or as it was asked for last."""
        form = cls(
            part=asked.choices.part,
            header_row=asked.choices.header_row,
            encoding=asked.choices.encoding,
            delimiter=TAB if asked.choices.delimiter == "\t" else asked.choices.delimiter,
            source=asked.source,
            kind=asked.kind,
            template=asked.template,
        )
        readable = [one for one in parts if not one.note]
        form.part.choices = [
            FROM_FILE_BLANK,
            *_pairs((one.name, one.name) for one in readable),
        ]
        form.template.choices = _template_choices(names)
        return form

    def asked(self) -> AskedReading:
        """The choices as the use case takes them."""
        return AskedReading(
            choices=ReadingChoices(
                encoding=self.encoding.data,
                delimiter="\t" if self.delimiter.data == TAB else self.delimiter.data,
                header_row=self.header_row.data,
                part=self.part.data or "",
            ),
            source=self.source.data,
            kind=self.kind.data,
            template=self.template.data,
        )


def _template_choices(names: Iterable[str]) -> list[SelectChoice]:
    return [
        SelectChoice("", "The one that fits, if there is one"),
        SelectChoice(NO_TEMPLATE, "None"),
        *(SelectChoice(name, name) for name in names),
    ]
