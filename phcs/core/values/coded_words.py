"""Words of clinics, English and Spanish, for the coded facts of histories: kinds of records, statuses.

A word that stands in no list is unknown: it is kept as given, and a person may say what it means.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from phcs.core.history import AppointmentStatus, InvoiceStatus, MedicalType
from phcs.core.values.texts import fold, is_blank_word

_M, _A, _I = MedicalType, AppointmentStatus, InvoiceStatus

_TYPE_WORDS = {
    _M.CONSULTATION: "consultation|consult|visit|check|exam|examination|consulta|consulta general|visita|examen"
    "|valoracion|urgencia|emergency|control",
    _M.TREATMENT: "treatment|tratamiento|therapy|terapia|medicacion|medication",
    _M.PROCEDURE: "procedure|procedimiento|surgery|cirugia|operacion|operation",
    _M.OTHER: "other|otro|otra|otros|nota|note|misc|general|varios",
}
_TYPE_STEMS = {
    _M.PROCEDURE: "procedur procedim surg cirug quirurg operac operat castra steril esteril spay neuter ovh ecograf"
    " ultraso radiogr rayos xray endoscop extrac profila limpieza dental biops sutur anest eutanas euthan"
    " electrocard laborator hemograma microchip toma",
    _M.TREATMENT: "treat tratam terap therap medic desparas deworm vacun vaccin inmuniz curacion hospitali fluido"
    " inyec inject rehabil quimio chemo",
    _M.CONSULTATION: "consul visit revis check control chequeo exam valorac urgenc emergen seguim follow anamn histori"
    " interconsul wellness",
}
"""Beginnings of words, in the order in which they decide: the control after an operation tells of the operation."""

_STATUS_WORDS: dict[str, dict[str, str]] = {
    "appointment.status": {
        _A.BOOKED: "booked|scheduled|pending|new|planned|open|programada|programado|agendada|agendado|pendiente"
        "|reservada|reservado|asignada|asignado|nueva|por confirmar|sin confirmar|tentative|unconfirmed|solicitada",
        _A.CONFIRMED: "confirmed|confirmada|confirmado|accepted|aceptada|aceptado|confirmacion",
        _A.ARRIVED: "arrived|checked in|check in|in progress|waiting|llego|presente|en espera|en sala|en sala de espera"
        "|en curso|en atencion|en consulta|in room|seated|ready",
        _A.COMPLETED: "completed|complete|done|finished|attended|seen|served|closed|completada|completado|atendida"
        "|atendido|realizada|realizado|finalizada|finalizado|terminada|terminado|cumplida|asistio|asistida|efectuada"
        "|cerrada|facturada|checked out",
        _A.CANCELLED: "cancelled|canceled|cancelada|cancelado|anulada|anulado|rescheduled|reprogramada|reprogramado"
        "|aplazada|declined|rejected|rechazada|deleted|eliminada|suspendida|cancelo",
        _A.NO_SHOW: "no show|noshow|missed|did not attend|dna|fta|failed|broken|no asistio|no asiste|no se presento"
        "|no vino|incumplida|inasistencia|ausente|no presentado|no llego|perdida",
    },
    "invoice.status": {
        _I.DRAFT: "draft|borrador|proforma|pro forma|quote|estimate|cotizacion|presupuesto",
        _I.OPEN: "open|unpaid|pending|due|overdue|sent|issued|partial|partially paid|outstanding|pendiente|por cobrar"
        "|por pagar|impaga|no pagada|sin pagar|abierta|abierto|parcial|pago parcial|parcialmente pagada|abonada"
        "|vencida|emitida|emitido|credito|en mora|debe|con saldo|pendiente de pago|enviada",
        _I.PAID: "paid|closed|settled|complete|completed|paid in full|pagada|pagado|pagas|paga|cancelada|cancelado"
        "|saldada|saldado|cobrada|cobrado|contado|cerrada|completa|completada",
        _I.VOID: "void|voided|cancelled|canceled|deleted|written off|refunded|anulada|anulado|eliminada|devuelta"
        "|devuelto|rechazada|reembolsada",
    },
}
"""In Spanish an invoice that is `cancelada` was paid; an appointment that is `cancelada` was called off."""


def _by_phrase(declared: Mapping[str, str]) -> dict[str, str]:
    return {_joined(phrase): str(code) for code, phrases in declared.items() for phrase in phrases.split("|")}


def _joined(text: str) -> str:
    return fold(text).replace(" ", "")


CODE_OF: dict[str, dict[str, str]] = {
    "medical_record.type": _by_phrase({str(code): words for code, words in _TYPE_WORDS.items()}),
    **{
        target: _by_phrase(words) | {_joined(code): str(code) for code in words}
        for target, words in _STATUS_WORDS.items()
    },
}
"""Coded target of a history → word without blanks, case and accents → code."""

_TYPE_PATTERNS = tuple(
    (code.value, re.compile(r"(?:^| )(?:" + "|".join(stems.split()) + ")"))
    for code, stems in _TYPE_STEMS.items()
)


@lru_cache(maxsize=8_192)
def read_code(target: str, text: str) -> str:
    """Return the code that a word means for this target, '' for an unknown word and for one that says nothing."""
    if is_blank_word(text):
        return ""
    known = CODE_OF.get(target, {})
    found = known.get(_joined(text), "")
    if found or target != "medical_record.type":
        return found
    folded = fold(text)
    return next((code for code, stems in _TYPE_PATTERNS if stems.search(folded)), "")
