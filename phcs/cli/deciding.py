"""`flask imports decide`: answer whether a row's owner is a known one, and have the plan made anew."""

from uuid import UUID

import click

from phcs.cli.acting import acting, refuse
from phcs.cli.progress import advance_and_show
from phcs.core.errors import UseCaseError
from phcs.core.matching.questions import Answer
from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.queries.match_answers import open_count, waiting_answers
from phcs.services.deciding import apply_answers, decide_matches, take_back_answers
from phcs.services.given_answers import GivenAnswer
from phcs.services.working import utc_now

TAKE_BACK = "take-back"


@click.command("decide")
@click.argument("import_id", type=click.UUID)
@click.option("--row", "row_no", type=int, required=True, help="The row that asks.")
@click.option(
    "--table", "table_no", type=click.IntRange(min=1), default=1, help="Its table, where there are several."
)
@click.option("--owner", "owner_id", type=click.UUID, required=True, help="The owner it asks about.")
@click.option("--same", "answer", flag_value=Answer.SAME.value, help="They are the same person.")
@click.option("--different", "answer", flag_value=Answer.DIFFERENT.value, help="Different people, for ever.")
@click.option(
    "--both", "answer", flag_value=Answer.BOTH.value, help="Keep both for now; the next import asks again."
)
@click.option("--take-back", "answer", flag_value=TAKE_BACK, help="Take an answer back.")
@click.option("--later", is_flag=True, help="Only keep the answer; the plan is made anew with a later one.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Who decides; else the first admin.")
def decide(
    *,
    import_id: UUID,
    row_no: int,
    table_no: int,
    owner_id: UUID,
    answer: str | None,
    later: bool,
    email: str,
) -> None:
    """Answer one question of an import in review; `flask imports matches` lists rows and owners (outcome review)."""
    if answer is None:
        raise click.UsageError("Say one of --same, --different, --both and --take-back.")
    actor, now, place = acting(email), utc_now(), RowPlace(table_no, row_no)
    try:
        if answer == TAKE_BACK:
            take_back_answers(actor=actor, now=now, import_id=import_id, pairs=[(place, owner_id)])
        else:
            given = GivenAnswer(row_no, owner_id, Answer(answer), table_no)
            decide_matches(actor=actor, now=now, import_id=import_id, decisions=[given])
        if not later:
            apply_answers(actor=actor, now=now, import_id=import_id)
            advance_and_show(import_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    db.session.rollback()
    of_import = {"organisation_id": actor.organisation_id, "import_id": import_id}
    still_open, waiting = open_count(db.session(), **of_import), waiting_answers(db.session(), **of_import)
    click.echo(
        f"Kept. {still_open:,} questions are open, {waiting:,} answers wait for the plan to be made anew."
    )
