"""What the commands of imports print, and the exit code that a state means."""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NoReturn

import click
import orjson

from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.extensions import current_settings
from phcs.queries.import_report import import_as_json, retention_as_json
from phcs.queries.import_tables import ImportTable
from phcs.queries.imports import ImportDetails
from phcs.queries.preview import PreviewRow
from phcs.services.working import keep_days
from phcs.wording import finding_sentence, retention_sentences

DONE, REFUSED, DONE_WITH_REJECTED = 0, 1, 3
NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})
ENDED_WELL = frozenset({ImportState.REVIEW, ImportState.COMPLETED})


def report_import(
    details: ImportDetails, *, as_json: bool, more: Mapping[str, Any] = NOTHING_MORE
) -> NoReturn:
    """Print the import and leave with the exit code that its state means."""
    print_import(details, as_json=as_json, more=more)
    if details.row.state not in ENDED_WELL:
        sys.exit(REFUSED)
    sys.exit(DONE_WITH_REJECTED if details.row.error else DONE)


def print_import(details: ImportDetails, *, as_json: bool, more: Mapping[str, Any] = NOTHING_MORE) -> None:
    """Print an import, in words or as one JSON object, which says `more` too."""
    if as_json:
        retention = retention_as_json(details, keep_days(current_settings()))
        click.echo(orjson.dumps({**import_as_json(details), "retention": retention, **more}).decode())
        return
    row = details.row
    click.echo(f"{row.id}  {row.file_name}: {row.state.value}")
    click.echo(
        f"{row.rows:,} rows: {row.valid:,} valid, {row.warning:,} with warnings, {row.error:,} with errors"
    )
    for kind in RecordKind:
        counts = {name: number for name, number in details.plan_counts.get(kind.value, {}).items() if number}
        if counts:
            click.echo(
                f"  {kind.value}: " + ", ".join(f"{number:,} {name}" for name, number in counts.items())
            )
    for sentence in _tables(details):
        click.echo(sentence)
    for code, number in sorted(details.finding_counts.items()):
        click.echo(f"  {code}: {number:,}")
    click.echo(" ".join(_retention(details)))
    if details.failure:
        click.echo(details.failure, err=True)
    for table in details.tables if row.state is ImportState.MAPPING else ():
        for sentence in _still_needed(table):
            click.echo(sentence, err=True)


def _tables(details: ImportDetails) -> Iterator[str]:
    """The tables of a file that holds several, what is to be known of each, and what is left out."""
    for table in details.tables:
        if details.file_tables.are_several:
            yield f"  {table.name}: {table.kind}, {table.reading.rows:,} rows"
        for note in table.reading.notes:
            yield f"  {table.name}: {note}"
    for one in details.file_tables.left_out:
        yield f"  {one.name}: left out. {one.reason}"


def _still_needed(table: ImportTable) -> Iterator[str]:
    """What a person must still say about a table's mapping."""
    mapping = table.mapping
    if mapping.missing and not any(column.target for column in mapping.columns):
        yield (
            f"None of the headings of {table.name} says anything that rows of the kind {mapping.kind} have: if they "
            "are of another kind, name it (see --kind); if what was taken for the headings is none, see `reread`."
        )
    for target, words in zip(mapping.missing, mapping.missing_words, strict=True):
        yield f"{table.name} still needs: {target} ({words}; see --mapping{_or_service(target)})."
    for column in table.mapping.open_dates:
        yield (
            f"{table.name} needs the order of day and month in “{column.heading}”: {column.date_reason} "
            f'(see --mapping, {{"dates": {{"{column.heading}": "day_first"}}}}).'
        )
    if table.template and table.template.is_changed:
        new, gone = (", ".join(part) or "nothing" for part in (table.template.new, table.template.gone))
        yield f"Mapped as saved in “{table.template.name}”, but new are: {new}; gone are: {gone}."


def _or_service(target: str) -> str:
    return ", --service" if target == "case.services" else ""


def rows_deleted(details: ImportDetails) -> str:
    """What is said where rows would be listed and were deleted; '' while they are there."""
    gone = details.purged.rows_at
    return f"The rows of this import were deleted on {_day(gone)}, as their date had come." if gone else ""


def _retention(details: ImportDetails) -> list[str]:
    """What is kept until when, with days of UTC."""
    told = retention_sentences(
        state=details.row.state,
        finished_at=details.row.finished_at,
        reversed_at=details.reversed_at,
        purged=details.purged,
        keep=keep_days(current_settings()),
    )
    return [sentence.format(day=_day(moment)) for sentence, moment in told]


def _day(moment: datetime | None) -> str:
    return f"{moment.day} {moment:%b %Y}" if moment else ""


def row_as_json(row: PreviewRow) -> dict[str, Any]:
    """A previewed row as one line of JSON says it."""
    return {
        "table": row.table_no,
        "row": row.row_no,
        "status": row.status.value,
        "outcome": row.outcome,
        "findings": [
            {
                "code": one.code.value,
                "severity": one.severity.value,
                "column": one.column,
                "value": one.value,
                "sentence": finding_sentence(one),
            }
            for one in row.findings
        ],
        "record": row.record,
    }
