"""Headings of tables of pets and of histories, English and Spanish, as people and programs write them.

Each is `heading|heading|…` of what feeds a target; within one kind a heading feeds one target.
"""

from phcs.core.records import RecordKind

K = RecordKind

PET_REFERENCE = {
    "pet.external_id": "pet id|patient id|animal id|pet number|patient number|animal number|patient no|pet no"
    "|pet code|patient code|id mascota|id paciente|id animal|codigo mascota|codigo paciente|mascota id|paciente id"
    "|numero de paciente|no historia|numero historia|historia clinica no",
}
OWNER_REFERENCE = {
    "owner.external_id": "owner id|client id|customer id|person id|client number|customer number"
    "|owner number|client no"
    "|client code|account number|account no|account id|id cliente|id propietario|id dueño|id tutor|id persona"
    "|codigo cliente|cliente id|codigo propietario",
}
INVOICE_REFERENCE = {
    "invoice.external_id": "invoice id|invoice number|invoice no|invoice|bill id|bill number|id factura|factura"
    "|numero factura|no factura|numero de factura|factura id|factura numero",
}
_VET = (
    "vet|veterinarian|doctor|dr|provider|clinician|seen by|veterinario|veterinaria|medico|medico veterinario"
    "|id veterinario|vet id|profesional|atendido por|atendio|provider id|staff|vet name|nombre veterinario"
    "|responsable"
)
_NOTES = "notes|note|comments|comment|remarks|notas|nota|observaciones|observacion|comentarios|comentario"
_DATE = "date|day|fecha|dia"
_CURRENCY = "currency|currency code|moneda|divisa"

OF_KIND: dict[RecordKind, dict[str, str]] = {
    K.PET: {
        "pet.external_id": f"id|code|codigo|{PET_REFERENCE['pet.external_id']}",
        "pet.name": "name|nombre",
        "pet.birth_date": "birth date|date of birth|birthday|dob|born|fecha de nacimiento|fecha nacimiento"
        "|nacimiento",
        "pet.notes": _NOTES,
    },
    K.MEDICAL_RECORD: {
        "medical_record.external_id": "id|record id|visit id|consultation id|treatment id|id consulta|id historia"
        "|id registro|codigo",
        "medical_record.happened_at": f"{_DATE}|visit date|record date|exam date|consultation date|treatment date"
        "|service date|date of visit|date of service|fecha consulta|fecha de consulta|fecha atencion"
        "|fecha de atencion|fecha registro|fecha y hora|datetime",
        "row.clock": "time|hour|hora",
        "medical_record.type": "type|record type|visit type|kind|category|tipo|tipo de consulta|tipo consulta"
        "|tipo de registro|tipo atencion|clase",
        "medical_record.description": "description|reason|reason for visit|complaint|chief complaint"
        "|presenting complaint|history|anamnesis|findings|exam findings|procedure|descripcion|motivo"
        "|motivo de consulta|detalle|examen"
        "|hallazgos|procedimiento|subjective|objective|assessment|plan|summary|resumen",
        "medical_record.diagnosis": "diagnosis|diagnoses|dx|diagnostic|diagnostico|diagnosticos"
        "|diagnostico presuntivo"
        "|diagnostico definitivo|impresion diagnostica|final diagnosis",
        "medical_record.treatment": "treatment|treatments|treatment plan|therapy|medication|medications"
        "|prescription|rx"
        "|tratamiento|tratamientos|medicacion|formula|formula medica|receta|plan terapeutico",
        "medical_record.vet": _VET,
        "medical_record.notes": _NOTES,
    },
    K.VACCINATION: {
        "vaccination.external_id": "id|vaccination id|id vacuna|id vacunacion|codigo",
        "vaccination.vaccine": "vaccine|vaccine name|vaccination|vaccine type|immunization|vaccine given|shot|vacuna"
        "|nombre vacuna|nombre de la vacuna|tipo de vacuna|tipo vacuna|biologico|inmunizacion",
        "vaccination.given_on": f"{_DATE}|date given|given on|given|date administered|administered|administered on"
        "|vaccination date|date vaccinated|date of vaccination|vaccine date|fecha aplicacion|fecha de aplicacion"
        "|aplicada|fecha aplicada|fecha vacuna|fecha de vacunacion|fecha vacunacion|aplicacion",
        "vaccination.due_on": "due|due date|next due|next due date|next dose|next date|booster|booster due"
        "|booster date"
        "|expires|expiration date|expiry date|valid until|fecha proxima|proxima|proxima fecha|proxima dosis"
        "|fecha proxima dosis|fecha de proxima|proxima vacuna|fecha refuerzo|refuerzo|revacunacion|fecha revacunacion"
        "|vence|vencimiento|fecha de vencimiento|siguiente dosis|proxima aplicacion",
        "vaccination.lot": "lot|lot number|lot no|batch|batch number|batch no|serial|serial number|lote"
        "|numero de lote"
        "|no lote|numero lote|serie",
        "vaccination.manufacturer": "manufacturer|maker|producer|brand|laboratory|laboratorio|fabricante|marca|lab",
        "vaccination.given_by": f"given by|administered by|vaccinated by|aplicada por|aplicado por|aplico|{_VET}",
        "vaccination.notes": _NOTES,
    },
    K.APPOINTMENT: {
        "appointment.external_id": "id|appointment id|booking id|appt id|id cita|id turno|codigo",
        "appointment.starts_at": f"{_DATE}|start|starts at|start date|start time|datetime|appointment"
        "|appointment date|appointment time|appointment start|booking date|scheduled|scheduled for|scheduled at"
        "|fecha cita|fecha de cita|fecha de la cita|cita|inicio|fecha inicio|fecha y hora|hora inicio",
        "row.clock": "time|hour|hora|hora cita|hora de la cita|time of day",
        "row.ends_at": "end|ends at|end date|end time|fin|fecha fin|hora fin|appointment end|termina",
        "appointment.duration_minutes": "duration|duration minutes|duration min|duration in minutes|minutes|length"
        "|appointment length|duration seconds|duracion|duracion minutos|duracion min|minutos|tiempo",
        "appointment.status": "status|state|appointment status|booking status|estado|estatus|estado cita"
        "|estado de la cita|asistencia",
        "appointment.reason": "reason|reason for visit|appointment reason|appointment type|visit reason"
        "|visit type|type"
        "|service|purpose|subject|title|description|motivo|motivo cita|motivo de la cita|motivo de consulta|servicio"
        "|tipo|tipo de cita|tipo cita|asunto|titulo|descripcion|procedure|procedures",
        "appointment.vet": f"{_VET}|resource|agenda|calendar|with",
        "appointment.location": "location|room|place|site|branch|clinic|sede|lugar|sucursal|consultorio|sala",
        "appointment.notes": _NOTES,
    },
    K.INVOICE: {
        "invoice.external_id": "id|invoice id|id factura|bill id",
        "invoice.number": "number|invoice number|invoice no|invoice|bill number|no|reference|numero|factura"
        "|numero factura|no factura|numero de factura|consecutivo|folio",
        "invoice.issued_on": f"{_DATE}|invoice date|issue date|issued|issued on|date issued|billing date|bill date"
        "|fecha factura|fecha de factura|fecha emision|fecha de emision|emitida",
        "invoice.subtotal": "subtotal|net|net amount|net total|amount before tax|base|valor neto|neto"
        "|base gravable|base imponible",
        "invoice.tax": "tax|taxes|vat|gst|sales tax|tax amount|iva|impuesto|impuestos|valor iva|cuota iva|importe iva",
        "invoice.total": "total|grand total|total amount|amount|invoice total|gross|total due|gross amount|importe"
        "|importe total|valor|valor total|monto|monto total|total factura|total a pagar",
        "invoice.paid": "paid|amount paid|paid amount|total paid|payments|pagado|valor pagado|monto pagado"
        "|abonado|abono"
        "|total pagado|abonos",
        "invoice.currency": _CURRENCY,
        "invoice.status": "status|state|invoice status|payment status|estado|estatus|estado factura|estado de pago"
        "|estado pago",
        "invoice.notes": f"{_NOTES}|description|descripcion|concepto|detalle",
    },
    K.INVOICE_LINE: {
        "invoice_line.external_id": "id|line id|item id|id detalle|id linea|id item",
        "invoice_line.line_no": "line|line number|line no|item number|item no|linea|numero linea|item"
        "|renglon|posicion",
        "invoice_line.product_code": "product code|item code|code|sku|product id|codigo|codigo producto|id producto"
        "|referencia|ref",
        "invoice_line.description": "description|product|product name|item name|service|item description"
        "|descripcion|producto|servicio|concepto|nombre producto|detalle|nombre|name",
        "invoice_line.quantity": "quantity|qty|units|cantidad|cant|unidades",
        "invoice_line.unit_price": "unit price|price|rate|price each|precio|precio unitario|valor unitario"
        "|vr unitario",
        "invoice_line.tax": "tax|vat|gst|tax amount|iva|impuesto|valor iva|cuota iva|importe iva",
        "invoice_line.total": "total|amount|line total|line amount|extended price|importe|valor|valor total"
        "|total linea"
        "|subtotal|monto",
    },
    K.PAYMENT: {
        "payment.external_id": "id|payment id|receipt id|receipt number|receipt no|id pago|recibo|numero recibo"
        "|no recibo|numero de recibo",
        "payment.paid_on": f"{_DATE}|payment date|paid on|date paid|paid date|fecha pago|fecha de pago|fecha abono",
        "payment.amount": "amount|payment|payment amount|paid|amount paid|total|value|monto|valor|importe|pago|abono"
        "|valor pagado|monto pagado|valor pago",
        "payment.currency": _CURRENCY,
        "payment.method": "method|payment method|payment type|paid by|tender|metodo|metodo de pago|metodo pago"
        "|forma de pago|forma pago|medio de pago|medio pago|tipo de pago",
        "payment.notes": f"{_NOTES}|description|reference|descripcion|referencia|concepto",
    },
    K.PRODUCT: {
        "product.external_id": "id|product id|item id|id producto",
        "product.code": "code|product code|item code|sku|barcode|reference|codigo|codigo producto|referencia|ref"
        "|codigo de barras",
        "product.name": "name|product|product name|item|item name|description|nombre|producto|nombre producto"
        "|nombre del producto|descripcion|articulo",
        "product.category": "category|group|type|class|department|categoria|grupo|tipo|linea|familia",
        "product.price": "price|unit price|sale price|selling price|retail price|list price|precio|precio venta"
        "|precio de venta|precio unitario|pvp|valor",
        "product.currency": _CURRENCY,
        "product.stock": "stock|in stock|quantity|qty|on hand|quantity on hand|inventory|existencias"
        "|existencia|cantidad"
        "|inventario|stock actual|saldo",
        "product.unit": "unit|unit of measure|uom|unidad|unidad de medida|presentacion|presentation",
        "product.notes": _NOTES,
    },
    K.DOCUMENT: {
        "document.external_id": "id|document id|attachment id|file id|id documento|id archivo|id adjunto",
        "document.file_name": "file|filename|path|file path|document|attachment|archivo"
        "|nombre archivo|nombre del archivo|nombre de archivo|ruta|ruta archivo|documento|adjunto|fichero",
        "document.title": "title|name|description|titulo|nombre|descripcion",
        "document.dated_on": f"{_DATE}|document date|upload date|uploaded|fecha documento|fecha archivo"
        "|fecha de carga",
        "document.media_type": "type|file type|mime type|media type|content type|tipo|tipo de archivo"
        "|tipo archivo|tipo mime",
        "document.size": "size|file size|bytes|tamaño",
        "document.sha256": "sha256|checksum|hash",
        "document.notes": _NOTES,
    },
}
"""What the headings of a table of this kind feed; references and a person's or an animal's facts come besides."""

TELLING: tuple[tuple[RecordKind, str], ...] = (
    (K.VACCINATION, "vaccination.vaccine vaccination.given_on"),
    (K.MEDICAL_RECORD, "medical_record.diagnosis medical_record.happened_at"),
    (K.MEDICAL_RECORD, "medical_record.treatment medical_record.happened_at pet.external_id"),
    (K.INVOICE_LINE, "invoice.external_id invoice_line.quantity invoice_line.total"),
    (K.INVOICE_LINE, "invoice.external_id invoice_line.unit_price invoice_line.total"),
    (K.INVOICE_LINE, "invoice.external_id invoice_line.product_code invoice_line.total"),
    (K.PAYMENT, "payment.paid_on payment.amount payment.method"),
    (K.INVOICE, "invoice.issued_on invoice.total invoice.number"),
    (K.INVOICE, "invoice.issued_on invoice.total invoice.subtotal"),
    (K.INVOICE, "invoice.issued_on invoice.total invoice.tax"),
    (K.INVOICE, "invoice.issued_on invoice.total invoice.paid"),
    *(
        (K.APPOINTMENT, f"appointment.starts_at {span} {who}")
        for span in ("appointment.duration_minutes", "row.ends_at", "row.clock")
        for who in ("appointment.vet", "pet.external_id", "owner.external_id")
    ),
    (K.APPOINTMENT, "appointment.starts_at appointment.status pet.external_id"),
    (K.MEDICAL_RECORD, "medical_record.type medical_record.happened_at pet.external_id"),
    (K.MEDICAL_RECORD, "medical_record.description medical_record.happened_at pet.external_id"),
    (K.DOCUMENT, "document.file_name pet.external_id"),
    (K.DOCUMENT, "document.file_name owner.external_id"),
    (K.PRODUCT, "product.name product.price product.code"),
    (K.PRODUCT, "product.name product.price product.stock"),
    (K.PRODUCT, "product.name product.code product.stock"),
    (K.PET, "pet.name pet.species owner.external_id"),
    (K.PET, "pet.name pet.breed owner.external_id"),
    (K.PET, "pet.species pet.external_id owner.external_id"),
)
"""A list that nobody's program wrote is of the first kind here of which all these targets are fed."""
