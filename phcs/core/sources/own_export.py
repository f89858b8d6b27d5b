"""Our own export files (`flask exports`): headings are the targets themselves, ids are those of the records.

Read by the organisation that wrote it, such a file finds every record by its id, and nothing changes.
"""

from phcs.core.history import HISTORY
from phcs.core.mapping.targets import TARGETS, targets_for
from phcs.core.own_records import OWN_EXPORT
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings
from phcs.core.values.texts import fold_heading

_HEADINGS = {fold_heading(target): target for target, _ in TARGETS if not target.startswith("row.")}
_HISTORIES = tuple(
    Export(
        name=HISTORY[kind.value].plural,
        kind=kind,
        headings=headings(
            {target: target for target, _ in targets_for(kind) if not target.startswith("row.")}
        ),
        signatures=heading_sets("|".join((f"{kind}.external_id", f"{kind}.{HISTORY[kind.value].needs[0]}"))),
    )
    for kind in HISTORY_KINDS
)
_OF_OWNERS = {name: target for name, target in _HEADINGS.items() if not target.startswith("case.")}

PHCS = Source(
    key=OWN_EXPORT,
    label="PHCS",
    exports=(
        Export(
            name="cases",
            kind=RecordKind.CASE,
            headings=_HEADINGS,
            signatures=heading_sets("case.external_id|case.services|owner.external_id|owner.full_name"),
        ),
        *_HISTORIES,
        Export(
            name="pets",
            kind=RecordKind.PET,
            headings=_OF_OWNERS,
            signatures=heading_sets("pet.external_id|pet.name|owner.external_id"),
        ),
        Export(
            name="owners and pets",
            kind=RecordKind.OWNER,
            headings=_OF_OWNERS,
            signatures=heading_sets("owner.external_id|owner.full_name|owner.given_name|owner.postal_code"),
        ),
    ),
    headings_are_targets=True,
    cells_are_guarded=True,
    decimal_mark="point",
)
