"""Rows in addresses, in forms and in words: `12`, or `2:12` for row 12 of the second table."""

from typing import Any

from flask import Flask, request
from werkzeug.routing import BaseConverter, ValidationError

from phcs.core.row_places import RowPlace, parse_row_place
from phcs.queries.imports import ImportDetails


class RowConverter(BaseConverter):
    """A row as a part of an address's path."""

    regex = r"(?:\d{1,2}:)?\d{1,10}"

    def to_python(self, value: str) -> RowPlace:
        """The row that the address names."""
        place = parse_row_place(value)
        if place is None:
            raise ValidationError
        return place

    def to_url(self, value: Any) -> str:
        """The row as the address writes it; a plain number is a row of the first table."""
        return f"{value}"


def row_words(place: RowPlace, found: ImportDetails) -> str:
    """What people call a row: its number, and its table's name where the import has several."""
    if len(found.tables) < 2:
        return f"{place.row_no}"
    names = {table.table_no: table.name for table in found.tables}
    return f"{place.row_no} of {names.get(place.table_no, f'table {place.table_no}')}"


def row_anchor(place: RowPlace) -> str:
    """The row in ids of a page's parts."""
    return f"{place}".replace(":", "-")


def asked_table(found: ImportDetails) -> int | None:
    """The table that a list is asked for by `table` in the address; None for all of them."""
    asked = request.args.get("table", type=int)
    return asked if asked in {table.table_no for table in found.tables} else None


def register(app: Flask) -> None:
    """Let addresses name rows, and templates write them."""
    app.url_map.converters["row"] = RowConverter
    app.add_template_filter(row_words, "row_words")
    app.add_template_filter(row_anchor, "row_anchor")
