"""OkVet: a veterinary program of Colombia, with Spanish headings.

Nothing public describes its exports: these headings are the mission's own reference, to be confirmed with a
real export and to be corrected in the mapping. Only its clients can be imported so far; the other tables name
their owner or patient only by a number.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings, not_yet

_NOT_NEEDED = "known OkVet column that PHCS does not need; kept with the row"
_CLIENTS_FIRST = "Upload the clients (clientes) for the owners."

_CLIENTS = {
    "owner.external_id": "id|id_cliente",
    "owner.full_name": "nombre|nombre_completo",
    "owner.phone": "celular",
    "owner.phone2": "telefono",
    "owner.email": "email|correo",
    "owner.address": "direccion",
    "owner.city": "ciudad",
    "owner.notes": "notas|observaciones",
}
_NAMED_OWNER = frozenset({"nombrecliente", "nombredelcliente", "nombrepropietario", "propietario", "cliente"})


def _refused(name: str, what: str, kind: RecordKind, *signatures: str) -> Export:
    return Export(
        name=name,
        kind=kind,
        headings={},
        signatures=heading_sets(*signatures),
        foreign=_NAMED_OWNER,
        not_yet=not_yet("OkVet", what, instead=_CLIENTS_FIRST),
    )


OKVET = Source(
    key="okvet",
    label="OkVet",
    exports=(
        Export(
            name="clients",
            kind=RecordKind.OWNER,
            headings=headings(_CLIENTS),
            signatures=heading_sets(
                "id|nombre|fecha_registro", "id|nombre|telefono|celular", "id|nombre|celular|direccion"
            ),
            foreign=frozenset({"idpaciente", "idcliente", "especie", "raza"}),
        ),
        _refused(
            "vaccinations",
            "vaccinations",
            RecordKind.PET,
            "id_paciente|vacuna",
            "vacuna|fecha_aplicacion",
        ),
        _refused(
            "medical records",
            "medical records",
            RecordKind.PET,
            "id_paciente|diagnostico",
            "id_paciente|tratamiento",
        ),
        _refused(
            "appointments", "appointments", RecordKind.CASE, "id_paciente|hora", "id_paciente|id_veterinario"
        ),
        _refused(
            "invoices",
            "invoices",
            RecordKind.OWNER,
            "id_cliente|total",
            "id_cliente|factura",
            "id_cliente|numero|impuesto",
        ),
        _refused(
            "products", "products", RecordKind.OWNER, "codigo|precio|existencias", "codigo|precio|stock"
        ),
        _refused(
            "patients",
            "patients who name their owner only by a number",
            RecordKind.PET,
            "id_cliente|especie",
            "id_cliente|raza",
        ),
    ),
    passed_over=headings({_NOT_NEEDED: "fecha_registro"}),
    remark="to be confirmed with a real export",
)
