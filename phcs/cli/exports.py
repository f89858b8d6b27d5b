"""`flask exports`: live records as a file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import click
from flask.cli import AppGroup

from phcs.cli.acting import acting, refuse
from phcs.core.errors import UseCaseError
from phcs.core.records import RecordKind
from phcs.queries.exporting import EXPORTED_KINDS, ExportFilter
from phcs.services.exporting import AskedExport, ExportForm, export_records
from phcs.services.working import utc_now

group = AppGroup("exports", help="Live records as files.")

DAYS = click.DateTime(["%Y-%m-%d"])


def _add_command(name: str, kind: RecordKind) -> None:
    @group.command(name, help=f"Write the {name.replace('_', ' ')} to a file that PHCS reads again.")
    @click.option("--format", "form", type=click.Choice([form.value for form in ExportForm]), default="csv")
    @click.option(
        "--output",
        required=True,
        type=click.Path(dir_okay=False),
        help="The file to write; one that exists is replaced, - is standard output.",
    )
    @click.option("--text", default="", help="Only what the search box of their list finds by this.")
    @click.option("--status", default="", help="Only what has this status, for kinds that have one.")
    @click.option("--source", default="", help="Only what came from this source.")
    @click.option("--import", "import_id", type=click.UUID, help="Only what this import created or changed.")
    @click.option("--since", type=DAYS, help="From this day on.")
    @click.option("--until", type=DAYS, help="Before this day.")
    @click.option("--tag", default="", help="Only what has exactly this tag.")
    @click.option("--as", "email", default="", metavar="EMAIL", help="Who asks; else the first admin.")
    def write(
        *,
        form: str,
        output: str,
        text: str,
        status: str,
        source: str,
        import_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        tag: str,
        email: str,
    ) -> None:
        wanted = ExportFilter(
            text=text,
            status=status,
            source=source,
            import_id=import_id,
            since=_in_utc(since),
            until=_in_utc(until),
            tag=tag,
        )
        asked = AskedExport(kind=kind, form=ExportForm(form), wanted=wanted)
        try:
            pieces = export_records(actor=acting(email), now=utc_now(), asked=asked)
            size = _write(output, pieces)
        except UseCaseError as problem:
            refuse(problem.sentence)
        except OSError as problem:
            refuse(f"{output} cannot be written: {problem.strerror}. Choose another place.")
        click.echo(f"{size:,} bytes written to {output}.", err=output == "-")


for _name, _kind in EXPORTED_KINDS.items():
    _add_command(_name, _kind)


def _in_utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None


def _write(output: str, pieces: Iterator[bytes]) -> int:
    """Write the file, whole or not at all; gives its bytes."""
    with click.open_file(output, "wb", atomic=True) as file:
        return sum(file.write(piece) for piece in pieces)
