"""Hand-made tables of pets and histories are understood by their headings, in English and Spanish."""

import pytest

from phcs.core.history import HISTORY, fact_specs
from phcs.core.mapping.heading_words import tells_a_rate
from phcs.core.mapping.history_headings import OF_KIND, TELLING
from phcs.core.mapping.similar_history import declared_of
from phcs.core.mapping.targets import character_limit, is_target, may_feed, missing_targets, targets_for
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.core.sources import recognise
from phcs.core.values.texts import fold_heading


def build_reading(headings: str, *, name: str = "list.csv") -> TableReading:
    columns = tuple(
        ColumnReading(position, text, text, 0, ()) for position, text in enumerate(headings.split("|"))
    )
    return TableReading(name, "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ())


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("Pet ID|Vaccine|Date given|Next due|Lot", "vaccination"),
        ("Propietario|Mascota|Vacuna|Fecha de aplicación|Próxima dosis|Veterinario", "vaccination"),
        ("Patient ID|Visit date|Diagnosis|Treatment|Vet", "medical_record"),
        ("Id mascota|Fecha|Motivo|Diagnóstico|Tratamiento", "medical_record"),
        ("Client ID|Patient ID|Date|Time|Duration|Provider|Reason|Status", "appointment"),
        ("Mascota|Propietario|Fecha|Hora|Duración|Veterinario|Motivo", "appointment"),
        ("Invoice No|Client ID|Invoice date|Subtotal|Tax|Total|Amount paid", "invoice"),
        ("Factura|Cliente|Fecha|IVA|Total|Estado", "invoice"),
        ("Invoice ID|Item code|Description|Qty|Unit price|Amount", "invoice_line"),
        ("Id factura|Producto|Cantidad|Precio unitario|Total", "invoice_line"),
        ("Invoice number|Payment date|Amount|Payment method", "payment"),
        ("Fecha de pago|Monto|Forma de pago|Id cliente", "payment"),
        ("SKU|Product name|Category|Sale price|Stock", "product"),
        ("Código|Nombre|Precio venta|Existencias|Unidad", "product"),
        ("Patient ID|File name|Title|Date", "document"),
        ("Client ID|Pet name|Species|Breed|Sex", "pet"),
        ("Id propietario|Nombre|Especie|Raza|Sexo", "pet"),
    ],
)
def test_the_kind_of_a_table_is_told_by_its_headings(headings: str, kind: str) -> None:
    mapping = recognise(build_reading(headings))
    assert (mapping.kind.value, mapping.missing) == (kind, ())
    assert [column.heading for column in mapping.columns if not column.target] == []


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("Name|Phone|Email|Service|Date|Amount", "case"),
        ("First name|Last name|Phone|Appointment type|Appointment start|Appointment end|Calendar", "case"),
        ("Owner|Phone|Pet name|Species|Rabies vaccine|Microchip", "owner"),
        ("Client ID|Client name|Pet name|Species", "owner"),
        ("Name|Total|Phone", "owner"),
    ],
)
def test_lists_of_people_and_of_visits_stay_what_they_were(headings: str, kind: str) -> None:
    assert recognise(build_reading(headings)).kind.value == kind


@pytest.mark.parametrize(
    ("name", "headings", "kind"),
    [
        ("productos.csv", "Nombre|Precio", "product"),
        ("pagos 2025.xlsx", "Id cliente|Fecha|Valor", "payment"),
        ("detalle de facturas.csv", "Id factura|Concepto|Valor", "invoice_line"),
        ("Citas", "Mascota|Propietario|Fecha|Motivo", "appointment"),
        ("productos y pagos.csv", "Nombre|Precio", "owner"),
        ("citas.csv", "Nombre|Teléfono|Fecha|Motivo", "case"),
        ("payments.csv", "Name|City", "owner"),
    ],
)
def test_the_name_of_a_file_counts_where_its_headings_leave_it_open(
    name: str, headings: str, kind: str
) -> None:
    assert recognise(build_reading(headings, name=name)).kind.value == kind


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Vaccine lot", "vaccination.lot"),
        ("Fecha de la próxima dosis", "vaccination.due_on"),
        ("Manufacturr", "vaccination.manufacturer"),
        ("Owner's phone number", "owner.phone"),
    ],
)
def test_a_heading_of_a_known_kind_may_be_spelt_otherwise(heading: str, target: str) -> None:
    mapping = recognise(build_reading(f"Pet ID|Vaccine|Date given|{heading}"), kind="vaccination")
    assert mapping.columns[3].target == target


@pytest.mark.parametrize("rate", ["% IVA", "IVA %", "IVA (%)", "% de IVA"])
def test_a_rate_is_no_amount_whichever_column_comes_first(rate: str) -> None:
    for headings in (f"Factura|Fecha|Total|{rate}|Cuota IVA", f"Factura|Fecha|Total|Cuota IVA|{rate}"):
        mapping = recognise(build_reading(headings), kind="invoice")
        fed = {column.heading: column.target for column in mapping.columns}
        assert (fed[rate], fed["Cuota IVA"]) == ("", "invoice.tax")


def test_an_amount_may_name_its_rate() -> None:
    mapping = recognise(build_reading("Factura|Fecha|Total|IVA (%)|IVA"), kind="invoice")
    assert [column.target for column in mapping.columns][3:] == ["", "invoice.tax"]
    assert [tells_a_rate(one) for one in ("IVA 21%", "IVA (21 %)", "Tax", "VAT %")] == [
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("kind", OF_KIND, ids=str)
def test_what_headings_feed_exists_and_within_a_kind_each_feeds_one_target(kind: RecordKind) -> None:
    declared = declared_of(kind)
    assert [target for target in declared if not (is_target(target) and may_feed(target, kind))] == []
    words = [fold_heading(word) for target in OF_KIND[kind] for word in OF_KIND[kind][target].split("|")]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(("kind", "telling"), TELLING)
def test_what_tells_of_a_kind_can_be_fed_in_it(kind: RecordKind, telling: str) -> None:
    assert [target for target in telling.split() if not (is_target(target) and may_feed(target, kind))] == []


@pytest.mark.parametrize("kind", HISTORY_KINDS, ids=str)
def test_every_fact_but_links_is_a_target_with_its_limit(kind: RecordKind) -> None:
    offered = {target for target, _ in targets_for(kind)}
    facts = {f"{kind}.{name}" for name, spec in fact_specs(kind.value).items() if not spec.links_to}
    assert facts < offered
    assert not {target for target in offered if target.endswith(("pet_id", "invoice_id"))}
    assert all(
        character_limit(f"{kind}.{name}") >= spec.limit for name, spec in fact_specs(kind.value).items()
    )


@pytest.mark.parametrize("kind", HISTORY_KINDS, ids=str)
def test_a_table_lacks_what_its_kind_needs_and_whose_its_rows_are(kind: RecordKind) -> None:
    needs = tuple(f"{kind}.{need}" for need in HISTORY[kind.value].needs)
    missing = missing_targets(kind=kind, fed=())
    assert missing[: len(needs)] == needs
    assert len(missing) == len(needs) + HISTORY[kind.value].is_owned
    assert missing_targets(kind=kind, fed=missing) == ()


@pytest.mark.parametrize(
    ("kind", "fed"),
    [
        (RecordKind.PET, ("pet.microchip", "owner.given_name")),
        (RecordKind.PAYMENT, ("payment.paid_on", "payment.amount", "owner.external_id")),
        (RecordKind.VACCINATION, ("vaccination.vaccine", "vaccination.given_on", "owner.full_name")),
    ],
)
def test_any_way_of_saying_whose_a_row_is_will_do(kind: RecordKind, fed: tuple[str, ...]) -> None:
    assert missing_targets(kind=kind, fed=fed) == ()


def test_a_line_stands_on_its_invoice_whoever_it_names() -> None:
    fed = ("invoice_line.total", "owner.full_name", "owner.external_id")
    assert missing_targets(kind=RecordKind.INVOICE_LINE, fed=fed) == ("invoice.external_id",)


def test_what_a_table_lacks_is_said_with_what_would_do_instead() -> None:
    mapping = recognise(build_reading("Vaccine|Date given|Lot"), kind="vaccination")
    assert mapping.missing_words == ("Pet: id in the other system, or the owner's id or the owner's name",)
    assert recognise(build_reading("Lot"), kind="owner").missing_words == ("Owner: whole name",)
