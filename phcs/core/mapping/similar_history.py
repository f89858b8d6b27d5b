"""A heading that no list has word for word → the facts of a pet or a history that it may mean."""

from functools import lru_cache

from rapidfuzz import fuzz, process

from phcs.core.mapping.heading_words import tells_a_rate
from phcs.core.mapping.history_headings import (
    INVOICE_REFERENCE,
    OF_KIND,
    OWNER_REFERENCE,
    PET_REFERENCE,
    TELLING,
)
from phcs.core.mapping.targets import AMOUNT_TARGETS, NAME_TARGETS, missing_targets, references_of
from phcs.core.records import RecordKind
from phcs.core.values.texts import fold

_FILLERS = frozenset("of the a an de del la las los el lo en y and por para in on at to".split())
_OWN_WORDS: dict[RecordKind, frozenset[str]] = {
    RecordKind.MEDICAL_RECORD: frozenset("medical clinical record medico clinico registro historia".split()),
    RecordKind.VACCINATION: frozenset("vaccine vaccination vacuna vacunacion".split()),
    RecordKind.APPOINTMENT: frozenset("appointment appt booking cita turno".split()),
    RecordKind.INVOICE: frozenset("invoice bill factura".split()),
    RecordKind.INVOICE_LINE: frozenset("line item linea detalle".split()),
    RecordKind.PAYMENT: frozenset("payment pago".split()),
    RecordKind.PRODUCT: frozenset("product item producto articulo".split()),
    RecordKind.DOCUMENT: frozenset("document file documento archivo".split()),
}
"""Words that only say what the table is about: `Vaccine lot` is the lot."""

_TITLES: dict[RecordKind, frozenset[str]] = {
    RecordKind.PET: frozenset("pets patients animals pacientes mascotas animales".split()),
    RecordKind.MEDICAL_RECORD: frozenset(
        "records consultations treatments procedures visits historias historial consultas tratamientos".split()
    ),
    RecordKind.VACCINATION: frozenset("vaccinations vaccines shots vacunas vacunaciones".split()),
    RecordKind.APPOINTMENT: frozenset("appointments appts bookings schedule agenda citas turnos".split()),
    RecordKind.INVOICE: frozenset("invoices bills facturas".split()),
    RecordKind.INVOICE_LINE: frozenset("lines items lineas detalle detalles".split()),
    RecordKind.PAYMENT: frozenset("payments receipts pagos recibos abonos".split()),
    RecordKind.PRODUCT: frozenset(
        "products inventory stock productos inventario articulos existencias".split()
    ),
    RecordKind.DOCUMENT: frozenset("documents attachments files documentos archivos adjuntos".split()),
}
"""Words in the name of a file or sheet that say what its rows are."""

_OF_PEOPLE = frozenset({"owner.phone", "owner.email"})

_AGAINST: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.PET: NAME_TARGETS,
    RecordKind.APPOINTMENT: ("owner.phone", "owner.email"),
}
"""Targets that make it a list of people with their pets, or of people who asked for help."""

_ALIKE = 90
_SHORTEST = 5
_SURE, _WITHOUT_OWN, _SLIP = 85, 80, 75


def declared_of(kind: RecordKind) -> dict[str, str]:
    """Return what the headings of such a table are declared to feed, references with them: target → headings."""
    referring = {**PET_REFERENCE, **OWNER_REFERENCE, **INVOICE_REFERENCE}
    declared = dict(OF_KIND.get(kind, {}))
    for target in references_of(kind):
        declared[target] = "|".join(filter(None, (declared.get(target), referring[target])))
    return declared


def told_kind(fed_by_kind: dict[RecordKind, frozenset[str]]) -> RecordKind | None:
    """Return the kind of which a table tells, None for a list of people or visits.

    `fed_by_kind` are the targets that its headings would feed in a table of each kind.
    """
    for kind, telling in TELLING:
        fed = fed_by_kind.get(kind, frozenset())
        if fed.issuperset(telling.split()) and not fed.intersection(_AGAINST.get(kind, ())):
            return kind
    return None


def titled_kind(title: str, fed_by_kind: dict[RecordKind, frozenset[str]]) -> RecordKind | None:
    """Return the kind that the name of a file or sheet says, where its headings have all that such rows need.

    None where the name says none or several, and for a list with people's phones or addresses.
    """
    words = set(fold(title).split())
    told = [kind for kind, names in _TITLES.items() if names & words]
    if len(told) > 1 and RecordKind.INVOICE_LINE in told:
        told = [RecordKind.INVOICE_LINE]
    if len(told) != 1:
        return None
    fed = fed_by_kind.get(told[0], frozenset())
    is_whole = not missing_targets(kind=told[0], fed=fed)
    against = _OF_PEOPLE.union(_AGAINST.get(told[0], ()))
    return told[0] if is_whole and not fed & against else None


@lru_cache(maxsize=4_096)
def similar_in_history(heading: str, kind: RecordKind) -> tuple[str, int] | None:
    """Return the target that a heading of such a table may mean and how sure that is (0 to 100), None for none."""
    forms = _forms_of(kind)
    if tells_a_rate(heading):
        forms = {form: target for form, target in forms.items() if target not in AMOUNT_TARGETS}
    words = [word for word in fold(heading).split() if word not in _FILLERS]
    whole = " ".join(sorted(words))
    if not whole or not forms:
        return None
    if whole in forms:
        return forms[whole], _SURE
    bare = " ".join(sorted(set(words) - _OWN_WORDS.get(kind, frozenset())))
    if bare and bare in forms:
        return forms[bare], _WITHOUT_OWN
    if len(whole) < _SHORTEST:
        return None
    near = process.extractOne(whole, forms.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return (forms[near[0]], _SLIP) if near else None


@lru_cache(maxsize=16)
def _forms_of(kind: RecordKind) -> dict[str, str]:
    """Return sorted words without fillers → target."""
    forms: dict[str, str] = {}
    for target, phrases in declared_of(kind).items():
        for phrase in phrases.split("|"):
            words = [word for word in fold(phrase).split() if word not in _FILLERS]
            forms.setdefault(" ".join(sorted(words)), target)
    return forms
