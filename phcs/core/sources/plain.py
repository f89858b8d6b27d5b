"""Lists that people prepare by hand or get from an address book: headings in English, Spanish and Portuguese."""

from phcs.core.mapping.similar_history import declared_of, titled_kind, told_kind
from phcs.core.mapping.targets import may_feed
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.core.sources.source import Export, Source, headings
from phcs.core.values.texts import fold_heading

OWNER_WORDS = {
    "owner.full_name": "name|full name|client name|customer name|owner name|owner|client|customer"
    "|contact name|guest name|display name|pet owner|nombre|nombre completo|nombre cliente"
    "|nombre del cliente|cliente|propietario|tutor|dueño|nombre y apellidos"
    "|nome|nome completo|nome do tutor|nome do cliente|proprietário|responsável|dono",
    "owner.given_name": "first name|firstname|given name|client first name|owner first name"
    "|customer first name|nombre de pila|primer nombre|nombres|primeiro nome",
    "owner.family_name": "last name|lastname|family name|surname|client last name|owner last name"
    "|customer last name|apellido|apellidos|sobrenome",
    "owner.phone": "phone|phone number|client phone|customer phone|owner phone|mobile|mobile phone|cell"
    "|cell phone|telephone|tel|contact phone|contact number|sms|primary phone|phone 1 value|teléfono"
    "|telefono|móvil|celular|número de teléfono|telefone|telemóvel|telefon|telefonnummer|mobil|mobiltelefon"
    "|handy|handynummer",
    "owner.phone2": "phone 2|second phone|secondary phone|alternate phone|other phone|home phone|work phone"
    "|phone 2 value|teléfono 2|otro teléfono",
    "owner.email": "email|e-mail|email address|e-mail address|client email|customer email|owner email|mail"
    "|e-mail 1 value|correo|correo electrónico|e-mail-adresse",
    "owner.address": "address|street|street address|address 1|address1|client address|home street"
    "|address 1 street|dirección|domicilio|calle|endereço|adresse|anschrift|straße",
    "owner.city": "city|town|client city|home city|address 1 city|ciudad|población|localidad|municipio|cidade|wohnort",
    "owner.region": "region|province|state or province|county|client state|home state|address 1 region"
    "|provincia|departamento",
    "owner.postal_code": "zip|zip code|postal code|postcode|home postal code|address 1 postal code"
    "|código postal|cp|cep|plz|postleitzahl",
    "owner.country": "country|home country|address 1 country|país",
    "owner.birth_date": "birthday|birth date|date of birth|client birth date|owner birth date"
    "|fecha de nacimiento|data de nascimento",
    "owner.external_id": "customer id|client id|owner id|contact id|record id|id cliente|id propietario|kundennummer",
}

PET_WORDS = {
    "pet.name": "pet name|pets name|pet|pets|animal name|name of pet|patient|patient name|pet names"
    "|pet s name|pet 1 name|pet 2 name|mascota|nombre mascota|nombre de la mascota|nombre de mascota|paciente"
    "|nome do animal|nome do pet|tiername|name des tieres",
    "pet.species": "species|animal type|type of animal|pet type|pet species|animal|kind of animal"
    "|type of pet|dog or cat|especie|tipo de mascota|tipo de animal|tierart",
    "pet.breed": "breed|pet breed|raza|raça|rasse",
    "pet.sex": "sex|gender|pet sex|pet gender|sexo|geschlecht",
    "pet.birth_date": "pet birth date|pet birthday|pet date of birth|pet dob|dob",
    "pet.weight": "weight|pet weight|peso|gewicht",
    "row.weight_unit": "weight unit|weight units|unit of weight|weight uom|unidad de peso|unidad peso|gewichtseinheit",
    "pet.colour": "colour|color|pet color|coat color",
    "pet.microchip": "microchip|microchip number|chip|chip number|microchip id|número de microchip"
    "|chipnummer|mikrochip",
    "pet.sterilised": "sterilised|sterilized|spayed neutered|neutered|altered|fixed|esterilizado|castrado|kastriert",
    "pet.deceased": "deceased|fallecido",
    "pet.notes": "pet notes",
}

VISIT_WORDS = {
    "case.services": "service|services|service name|service names|service type|service type name"
    "|request type|reason|reason for visit|reason for call|visit reason|type of request|type of service"
    "|service requested|services requested|help needed|servicio|servicios|motivo|motivo de consulta"
    "|tipo de servicio|tipo de solicitud|serviço|motivo da consulta|besuchsgrund|behandlungsgrund|anliegen",
    "case.status": "status|case status|visit status|request status|estado|estatus",
    "case.outcome": "outcome|result|resolution|disposition|resultado",
    "case.opened_at": "created|created at|created time|creation time|created date|date created|request date"
    "|requested at|date requested|opened|opened at|open date|visit date|date|timestamp|fecha"
    "|fecha de solicitud|fecha de creación|creado|data|data da consulta|data do atendimento",
    "case.scheduled_at": "appointment|appointment date|appointment time|booking date|booking time|scheduled"
    "|scheduled at|scheduled for|scheduled time|fecha de cita|cita",
    "case.closed_at": "closed|closed at|close date|completed at|completed date|completed time|completed"
    "|completion time|fecha de cierre",
    "case.pet_count": "# of pets|number of pets|no of pets|num pets|pet count|how many pets"
    "|número de mascotas",
    "case.location": "location|location name|site|branch|clinic|sede|ubicación",
    "case.notes": "notes|note|comments|comment|description|details|remarks|case notes|visit notes|message"
    "|notas|observaciones|comentarios|descripción",
    "row.tags": "tags|tag|labels|etiquetas",
    "case.external_id": "id|case id|visit id|request id|ticket id|folio",
}

_OWNER_LIST_WORDS = {
    "owner.notes": "notes|note|comments|description|notas|observaciones|comentarios",
    "owner.tags": "tags|tag|labels|categories|group membership|etiquetas",
    "owner.external_id": "id",
}

PET_HEADINGS = headings(PET_WORDS)
VISIT_HEADINGS = headings(OWNER_WORDS | PET_WORDS | VISIT_WORDS)
OWNER_HEADINGS = headings(_OWNER_LIST_WORDS) | headings(OWNER_WORDS | PET_WORDS)

_UNTELLING_TARGETS = ("case.notes", "row.tags", "case.external_id", "case.location")
_UNTELLING_HEADINGS = {
    fold_heading(word) for word in "created|created at|date created|created date|creado".split("|")
}

VISIT_MARKS = frozenset(
    heading
    for heading, target in headings(VISIT_WORDS).items()
    if target not in _UNTELLING_TARGETS and heading not in {*_UNTELLING_HEADINGS, "timestamp"}
) | {"caseid", "visitid", "requestid"}
"""Headings that only a list of visits has. A list with owners and pets and none of these is a list of owners."""

_BARE = {
    fold_heading(word)
    for word in "name|nombre|nombre completo|nombres|nome|nome completo|region|county|calle|cp|peso|weight".split(
        "|"
    )
}
"""Words that may mean anything in a table about something else than a person."""

_WHO_HEADINGS = {
    heading: target
    for heading, target in headings(OWNER_WORDS | PET_WORDS).items()
    if heading not in _BARE and target != "owner.external_id"
}


def _headings_of(kind: RecordKind) -> dict[str, str]:
    """Return what headings feed in a table of pets or of a kind of history, those of a person and a pet besides."""
    own = headings(declared_of(kind))
    who = {heading: target for heading, target in _WHO_HEADINGS.items() if may_feed(target, kind)}
    return own if kind is RecordKind.PRODUCT else who | own


HEADINGS_OF: dict[RecordKind, dict[str, str]] = {
    RecordKind.OWNER: OWNER_HEADINGS,
    RecordKind.CASE: VISIT_HEADINGS,
    **{kind: _headings_of(kind) for kind in (RecordKind.PET, *HISTORY_KINDS)},
}
"""What headings feed that every list of this kind may have."""


def kind_told_by(names: frozenset[str], *, title: str) -> RecordKind | None:
    """Return the kind of which folded headings tell where they are no list of people or visits, else None.

    The `title` (a file's or sheet's name) counts where the headings leave it open.
    """
    fed = {
        kind: frozenset(HEADINGS_OF[kind][name] for name in names if name in HEADINGS_OF[kind])
        for kind in (RecordKind.PET, *HISTORY_KINDS)
    }
    return told_kind(fed) or titled_kind(title, fed)


PLAIN = Source(
    key="plain",
    label="Plain list",
    exports=(
        Export(name="visits", kind=RecordKind.CASE, headings=VISIT_HEADINGS, marks=VISIT_MARKS),
        *(
            Export(name=kind.value.replace("_", " ") + "s", kind=kind, headings=HEADINGS_OF[kind])
            for kind in (RecordKind.PET, *HISTORY_KINDS)
        ),
        Export(name="customers", kind=RecordKind.OWNER, headings=OWNER_HEADINGS),
    ),
)
