"""What a person has decided about orphans, in the words of every door."""

from phcs.core.planning import OrphanChoice

ORPHAN_CHOICES: dict[str, str] = {
    OrphanChoice.HOLD: "held back",
    OrphanChoice.OWNER: "given to one owner",
    OrphanChoice.PLACEHOLDER: "given to one owner who stands for nobody",
    "": "held back again, the decision is taken back",
}
