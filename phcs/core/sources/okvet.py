"""OkVet: a veterinary program of Colombia, with Spanish headings, one file for each kind of record.

Nothing public describes its exports: the headings of clients, patients, records and vaccines are the mission's own
reference, those of the other tables are what such programs have. All are to be confirmed with a real export and to
be corrected in the mapping. Tables name owners, patients and invoices by the numbers in `id`.
"""

from phcs.core.records import RecordKind
from phcs.core.sources.source import Export, Source, heading_sets, headings

_NOT_NEEDED = "known OkVet column that PHCS does not need; kept with the row"

_NATIONAL_NUMBERS = (
    "cedula|documento|numero_documento|tipo_documento|identificacion|numero_identificacion|nit|rut"
)

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
_OF_OWNER = {"owner.external_id": "id_cliente"}
_OF_PATIENT = {"pet.external_id": "id_paciente|id_mascota"}
_OF_INVOICE = {"invoice.external_id": "id_factura"}
_VET = "id_veterinario|veterinario|medico"
_NOTES = "notas|observaciones"
_PATIENTS = {
    **_OF_OWNER,
    "pet.external_id": "id|id_paciente",
    "pet.name": "nombre|nombre_paciente",
    "pet.species": "especie",
    "pet.breed": "raza",
    "pet.sex": "sexo",
    "pet.birth_date": "fecha_nacimiento",
    "pet.weight": "peso",
    "pet.colour": "color",
    "pet.microchip": "microchip|chip",
    "pet.sterilised": "esterilizado|castrado",
    "pet.deceased": "fallecido",
    "pet.notes": _NOTES,
}
_RECORDS = {
    **_OF_OWNER,
    **_OF_PATIENT,
    "medical_record.external_id": "id|id_consulta|id_historia",
    "medical_record.happened_at": "fecha",
    "row.clock": "hora",
    "medical_record.type": "tipo",
    "medical_record.description": "descripcion|motivo|anamnesis",
    "medical_record.diagnosis": "diagnostico",
    "medical_record.treatment": "tratamiento",
    "medical_record.vet": _VET,
    "medical_record.notes": _NOTES,
}
_VACCINES = {
    **_OF_OWNER,
    **_OF_PATIENT,
    "vaccination.external_id": "id|id_vacuna",
    "vaccination.vaccine": "vacuna|nombre_vacuna",
    "vaccination.given_on": "fecha_aplicacion|fecha",
    "vaccination.due_on": "fecha_proxima|proxima_fecha",
    "vaccination.lot": "lote",
    "vaccination.manufacturer": "laboratorio",
    "vaccination.given_by": _VET,
    "vaccination.notes": _NOTES,
}
_APPOINTMENTS = {
    **_OF_OWNER,
    **_OF_PATIENT,
    "appointment.external_id": "id|id_cita",
    "appointment.starts_at": "fecha|fecha_cita|fecha_hora",
    "row.clock": "hora|hora_inicio",
    "row.ends_at": "hora_fin|fecha_fin",
    "appointment.duration_minutes": "duracion|duracion_minutos",
    "appointment.status": "estado",
    "appointment.reason": "motivo|servicio|tipo|tipo_cita",
    "appointment.vet": _VET,
    "appointment.location": "sede|consultorio",
    "appointment.notes": _NOTES,
}
_INVOICES = {
    **_OF_OWNER,
    **_OF_PATIENT,
    "invoice.external_id": "id|id_factura",
    "invoice.number": "numero|factura|numero_factura",
    "invoice.issued_on": "fecha|fecha_factura|fecha_emision",
    "invoice.subtotal": "subtotal",
    "invoice.tax": "impuesto|impuestos|iva",
    "invoice.total": "total|valor_total",
    "invoice.paid": "pagado|valor_pagado|abonado",
    "invoice.currency": "moneda",
    "invoice.status": "estado",
    "invoice.notes": _NOTES,
}
_LINES = {
    **_OF_INVOICE,
    "invoice_line.external_id": "id|id_detalle",
    "invoice_line.line_no": "linea|item",
    "invoice_line.product_code": "codigo|codigo_producto|id_producto",
    "invoice_line.description": "descripcion|producto|servicio|nombre",
    "invoice_line.quantity": "cantidad",
    "invoice_line.unit_price": "precio_unitario|precio|valor_unitario",
    "invoice_line.tax": "impuesto|iva",
    "invoice_line.total": "total|valor|valor_total|subtotal",
}
_PAYMENTS = {
    **_OF_OWNER,
    **_OF_INVOICE,
    "payment.external_id": "id|id_pago|recibo",
    "payment.paid_on": "fecha|fecha_pago",
    "payment.amount": "valor|monto|total",
    "payment.currency": "moneda",
    "payment.method": "forma_pago|metodo_pago|metodo|medio_pago",
    "payment.notes": _NOTES,
}
_PRODUCTS = {
    "product.external_id": "id|id_producto",
    "product.code": "codigo|referencia",
    "product.name": "nombre|producto|descripcion",
    "product.category": "categoria|grupo",
    "product.price": "precio|precio_venta",
    "product.currency": "moneda",
    "product.stock": "existencias|stock|cantidad",
    "product.unit": "unidad",
    "product.notes": _NOTES,
}
_DOCUMENTS = {
    **_OF_OWNER,
    **_OF_PATIENT,
    "document.external_id": "id|id_archivo|id_documento",
    "document.file_name": "archivo|nombre_archivo|ruta",
    "document.title": "titulo|nombre|descripcion",
    "document.dated_on": "fecha",
    "document.media_type": "tipo|tipo_archivo",
    "document.notes": _NOTES,
}
_NAMED_OWNER = frozenset({"nombrecliente", "nombredelcliente", "nombrepropietario", "propietario", "cliente"})


def _numbered(name: str, kind: RecordKind, declared: dict[str, str], *signatures: str) -> Export:
    """A table that names its owner or patient by a number; one that names a person is no table of OkVet."""
    return Export(
        name=name,
        kind=kind,
        headings=headings(declared),
        signatures=heading_sets(*signatures),
        foreign=_NAMED_OWNER,
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
        _numbered(
            "vaccinations",
            RecordKind.VACCINATION,
            _VACCINES,
            "id_paciente|vacuna",
            "vacuna|fecha_aplicacion",
        ),
        _numbered(
            "invoice lines",
            RecordKind.INVOICE_LINE,
            _LINES,
            "id_factura|cantidad",
            "id_factura|precio_unitario",
        ),
        _numbered(
            "payments",
            RecordKind.PAYMENT,
            _PAYMENTS,
            *(f"id_factura|{how}" for how in ("forma_pago", "metodo_pago", "metodo", "monto", "fecha|valor")),
            "id_pago|id_cliente",
        ),
        _numbered(
            "documents",
            RecordKind.DOCUMENT,
            _DOCUMENTS,
            *(
                f"{whose}|{file}"
                for whose in ("id_paciente", "id_cliente")
                for file in ("archivo", "nombre_archivo")
            ),
        ),
        _numbered(
            "medical records",
            RecordKind.MEDICAL_RECORD,
            _RECORDS,
            "id_paciente|diagnostico",
            "id_paciente|tratamiento",
            "id_paciente|fecha|tipo|descripcion",
        ),
        _numbered(
            "invoices",
            RecordKind.INVOICE,
            _INVOICES,
            "id_cliente|total",
            "id_paciente|total",
            "id_cliente|factura",
            "id_cliente|numero|impuesto",
        ),
        _numbered(
            "appointments",
            RecordKind.APPOINTMENT,
            _APPOINTMENTS,
            "id_paciente|hora",
            "id_cliente|hora",
            "id_paciente|fecha|estado",
            "id_paciente|id_veterinario",
        ),
        _numbered(
            "products",
            RecordKind.PRODUCT,
            _PRODUCTS,
            "codigo|precio|existencias",
            "codigo|precio|stock",
        ),
        _numbered(
            "patients",
            RecordKind.PET,
            _PATIENTS,
            "id_cliente|especie",
            "id_cliente|raza",
        ),
    ),
    passed_over=headings({_NOT_NEEDED: "fecha_registro"}),
    sensitive=frozenset(headings({"-": _NATIONAL_NUMBERS})),
    remark="to be confirmed with a real export",
)
