"""What is unusual about a file and has to be confirmed with an approval, as programs say it."""

from phcs.api.describing import Field
from phcs.api.reading_requests import sent_fields
from phcs.core.errors import InvalidInputError

CONFIRMATIONS = Field(
    "confirmations",
    "Why it is right, by each guard that an answer `confirmation_needed` named.",
    kind="object",
    example={"same_file": "The first import left out the rows of May."},
)


def sent_confirmations() -> dict[str, str]:
    """The reasons by guard; {} where none were sent. Raises InvalidInputError for anything else."""
    found = sent_fields().get("confirmations", {})
    if not isinstance(found, dict) or not all(isinstance(reason, str) for reason in found.values()):
        raise InvalidInputError(
            "“confirmations” is an object: the name of a guard, and the reason as a text."
        )
    return found
