"""`flask imports verify` and `compare`: whether an import is in PHCS as its file says, as a report to keep."""

import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import orjson
from flask import current_app
from flask.cli import AppGroup

from phcs.cli.acting import acting, refuse
from phcs.cli.import_output import DONE, REFUSED
from phcs.cli.progress import ProgressLine
from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.permissions import Permission
from phcs.core.verifying.sampling import LARGEST_SAMPLE, USUAL_SAMPLE
from phcs.extensions import current_settings, db
from phcs.queries.verification_reports import ReportDetails, latest_report, open_report
from phcs.services.verification import request_verification
from phcs.services.verification_comparing import Which, compare_rows
from phcs.services.verification_working import make_verification
from phcs.services.working import utc_now, workshop_from
from phcs.wording.verification import FILE_FOOTER, HISTORY_WORDS, report_words

AS = click.option("--as", "email", default="", metavar="EMAIL", help="Who does it; else the first admin.")
SEED = click.option("--seed", default="", help="Draws the same rows again; else one is drawn and shown.")


def register(group: AppGroup) -> None:
    """Add the commands to `flask imports`."""
    group.add_command(verify)
    group.add_command(compare)


@click.command("verify")
@click.argument("import_id", type=click.UUID)
@click.option(
    "--report",
    "report_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write the report to this file; one that exists is replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as one JSON object.")
@SEED
@click.option(
    "--sample",
    "sample_size",
    type=click.IntRange(0, LARGEST_SAMPLE),
    default=USUAL_SAMPLE,
    show_default=True,
    help="So many rows are compared side by side.",
)
@AS
def verify(
    *, import_id: UUID, report_path: Path | None, as_json: bool, seed: str, sample_size: int, email: str
) -> None:
    """Read file and records again and say whether everything adds up. Exit code 1 when something does not."""
    actor = acting(email)
    try:
        report = _made(actor, import_id, seed=seed, sample_size=sample_size)
    except UseCaseError as problem:
        refuse(problem.sentence)
    if report_path is not None:
        title = f"Verification report {report.number}"
        file_name = report.body["import"]["file_name"]
        _write(report_path, title=title, file_name=file_name, report=report)
    if as_json:
        click.echo(orjson.dumps(report.as_json()).decode())
    else:
        _tell(report)
    sys.exit(DONE if report.adds_up else REFUSED)


@click.command("compare")
@click.argument("import_id", type=click.UUID)
@click.option(
    "--output",
    "output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="The file to write; one that exists is replaced.",
)
@click.option(
    "--which",
    type=click.Choice([one.value for one in Which]),
    default=Which.CHANGED.value,
    show_default=True,
    help="`changed`: rows that changed a known record, and rejected ones; `sample`: any, drawn by a seed.",
)
@click.option(
    "--rows",
    type=click.IntRange(1, LARGEST_SAMPLE),
    default=200,
    show_default=True,
    help="At most so many rows.",
)
@SEED
@AS
def compare(*, import_id: UUID, output: Path, which: str, rows: int, seed: str, email: str) -> None:
    """Write rows of an import side by side: the file, what it was read as, before, and what PHCS says now."""
    actor = acting(email)
    try:
        with ProgressLine() as line:
            workshop = workshop_from(current_settings(), told=line.show)
            compared = compare_rows(
                actor=actor,
                import_id=import_id,
                which=Which(which),
                at_most=rows,
                seed=seed,
                workshop=workshop,
            )
    except UseCaseError as problem:
        refuse(problem.sentence)
    _write(
        output,
        title="Rows side by side",
        file_name=compared.file_name,
        report=None,
        rows=compared.rows,
        lead=compared.lead,
    )
    click.echo(f"{len(compared.rows):,} of {compared.of:,} rows written to {output}.", err=str(output) == "-")


def _made(actor: Actor, import_id: UUID, *, seed: str, sample_size: int) -> ReportDetails:
    """A report that is made now, in this process."""
    actor.require(Permission.VERIFY)
    request_verification(actor=actor, now=utc_now(), import_id=import_id, seed=seed, sample_size=sample_size)
    with ProgressLine() as line:
        done = make_verification(
            import_id=import_id, workshop=workshop_from(current_settings(), told=line.show)
        )
    db.session.rollback()
    asked = {"organisation_id": actor.organisation_id, "import_id": import_id}
    report = latest_report(db.session(), **asked)
    if not done or report is None:
        left = open_report(db.session(), **asked)
        refuse(
            (left and left.failure) or "A worker is verifying this import at this moment. Try again later."
        )
    return report


def _tell(report: ReportDetails) -> None:
    for one in report.body["history"]:
        click.echo(f"{HISTORY_WORDS[one['action']]} by {one['by']}, {one['at'][:16].replace('T', ' ')} UTC.")
    for one in report.body["equations"]:
        if one["code"] == "rows.outcomes" or not one["holds"]:
            click.echo(one["sentence"])
    for one in report.body["problems"]["shown"]:
        click.echo(one["sentence"], err=True)
    for note in report.body["notes"]:
        click.echo(note)
    number = len(report.body["equations"])
    failed = sum(not one["holds"] for one in report.body["equations"])
    click.echo(
        f"Equations: {number:,}, of which {failed:,} do not hold. Sample drawn by the seed {report.seed}."
    )
    click.echo(f"Report {report.number}, digest {report.digest}.")


def _write(path: Path, **given: Any) -> None:
    """Write one self-contained page. Ends the command where the file cannot be written."""
    template = current_app.jinja_env.get_template("imports/verification_file.html")
    usual = {"rows": [], "lead": "", "words": report_words(), "footer": FILE_FOOTER}
    text = template.render({**usual, **given})
    try:
        with click.open_file(str(path), "w", encoding="utf-8", atomic=str(path) != "-") as file:
            file.write(text)
    except OSError as problem:
        refuse(f"{path} cannot be written: {problem.strerror}. Choose another place.")
