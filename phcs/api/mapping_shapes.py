"""The shapes of saved mappings, and of the mapping of an import."""

from typing import Any, NotRequired, TypedDict


class TemplateLineShape(TypedDict):
    """A saved mapping in a list."""

    id: str
    name: str
    version: int
    source: str
    kind: str
    headings: list[str]
    saved_at: str
    saved_by: str
    used_at: str | None


class TemplatesShape(TypedDict):
    """The saved mappings in their newest versions."""

    templates: list[TemplateLineShape]


class TemplateColumnShape(TypedDict):
    """A column of a saved mapping; further choices (`date_order`, `decimal`, …) stand beside these."""

    heading: str
    feeds: str


class TemplateDocumentShape(TypedDict):
    """A saved mapping as a document, to be kept or carried to another installation."""

    phcs_template: int
    name: str
    source: str
    kind: str
    columns: list[TemplateColumnShape]
    constants: dict[str, str]
    values: dict[str, dict[str, str]]
    joins: dict[str, str]
    reading: dict[str, Any]


class TableMappingShape(TypedDict):
    """The mapping of one table by headings; every part may be left out, {} confirms what is suggested."""

    columns: NotRequired[dict[str, str]]
    constants: NotRequired[dict[str, str]]
    values: NotRequired[dict[str, dict[str, str]]]
    dates: NotRequired[dict[str, str]]
    decimals: NotRequired[dict[str, str]]
    kind: NotRequired[str]
    source: NotRequired[str]
    take: NotRequired[bool]


class MappingShape(TableMappingShape):
    """A mapping by headings, or the name of a saved one.

    Of an import with several tables `table` says which is meant, by its name or number; or `tables` holds several
    mappings by the tables' names.
    """

    template: NotRequired[str]
    table: NotRequired[str | int]
    tables: NotRequired[dict[str, TableMappingShape]]


class VersionShape(TypedDict):
    """The version under which a mapping was saved."""

    version: int
