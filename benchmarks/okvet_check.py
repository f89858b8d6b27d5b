"""Whether live records are what the files of a made-up OkVet migration say; it knows nothing of the product but tables.

`python -m benchmarks.okvet_check FOLDER DATABASE_URL` reads the CSV files with the standard library and the tables with
plain SQL, follows every reference by external ids, compares every value that it can read for itself, and prints what is
not right. Ends with 1 when something is not.
"""

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

TABLES = {
    "clientes": ("owner", "owners"),
    "pacientes": ("pet", "pets"),
    "historias": ("medical_record", "medical_records"),
    "vacunas": ("vaccination", "vaccinations"),
    "citas": ("appointment", "appointments"),
    "facturas": ("invoice", "invoices"),
    "productos": ("product", "products"),
    "archivos": ("document", "documents"),
}
OF_A_PET = ("historias", "vacunas", "citas", "facturas", "archivos")
MOST_TOLD = 20


class Live:
    """The live records of the source `okvet`, by external id."""

    def __init__(self, url: str) -> None:
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            self.rows = {table: self._all(connection, table) for _, table in TABLES.values()}
            named = connection.execute(
                sa.text("SELECT kind, external_id, record_id FROM external_ids WHERE source = 'okvet'")
            )
            self.ids = {(kind, external_id): _key(record_id) for kind, external_id, record_id in named}
        engine.dispose()
        self.names: dict[tuple[str, str], set[str]] = {}
        for (kind, external_id), record_id in self.ids.items():
            self.names.setdefault((kind, record_id), set()).add(external_id)

    @staticmethod
    def _all(connection: sa.Connection, table: str) -> dict[str, dict[str, Any]]:
        found = connection.execute(sa.text(f"SELECT * FROM {table} WHERE archived_at IS NULL"))  # noqa: S608
        return {_key(row["id"]): dict(row) for row in found.mappings()}

    def record(self, table: str, external_id: str) -> dict[str, Any] | None:
        """The record with this external id, None where it is not live."""
        kind, name = TABLES[table]
        return self.rows[name].get(self.ids.get((kind, external_id), ""))


def _key(value: object) -> str:
    return str(value).replace("-", "")


def problems(folder: Path, url: str) -> Iterator[str]:
    """Everything that is not as the files say, one sentence each."""
    live = Live(url)
    truth = json.loads((folder / "truth.json").read_text())
    files = {table: _read(folder / f"{table}.csv") for table in TABLES}
    for table, rows in files.items():
        kind, name = TABLES[table]
        expected = truth[kind].get("create", 0)
        made = sum(1 for row in live.rows[name].values() if row["source"] == "okvet_import")
        if made != expected:
            yield f"{name}: {made:,} are there, {expected:,} should be."
        seen = Counter(row["id"] for row in rows if live.record(table, row["id"]))
        if len(seen) != expected:
            yield f"{name}: {len(seen):,} of the file's ids are known, {expected:,} should be."
    yield from _wrong_owners(live, files["pacientes"])
    for table in OF_A_PET:
        yield from _wrong_pets(live, table, files[table])
    yield from _wrong_values(live, files)


def _wrong_owners(live: Live, rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        pet = live.record("pacientes", row["id"])
        if pet and row["id_cliente"] not in live.names.get(("owner", _key(pet["owner_id"])), ()):
            yield f"Patient {row['id']} is not client {row['id_cliente']}'s."


def _wrong_pets(live: Live, table: str, rows: list[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        record = live.record(table, row["id"])
        if record is None:
            continue
        pet = live.record("pacientes", row["id_paciente"])
        if pet is None or _key(record["pet_id"]) != _key(pet["id"]):
            yield f"{table} {row['id']} is not patient {row['id_paciente']}'s."
        elif _key(record["owner_id"]) != _key(pet["owner_id"]):
            yield f"{table} {row['id']} is not with its patient's owner."


TEXTS = {
    "clientes": {"nombre": "full_name", "email": "email", "direccion": "address", "ciudad": "city"},
    "pacientes": {"nombre": "name", "raza": "breed", "color": "colour"},
    "historias": {"descripcion": "description", "diagnostico": "diagnosis", "tratamiento": "treatment"},
    "vacunas": {"vacuna": "vaccine", "lote": "lot", "laboratorio": "manufacturer"},
    "citas": {"motivo": "reason"},
    "facturas": {"numero": "number", "moneda": "currency"},
    "productos": {"codigo": "code", "nombre": "name"},
    "archivos": {"titulo": "title"},
}
DAYS = {
    "vacunas": {"fecha_aplicacion": "given_on", "fecha_proxima": "due_on"},
    "facturas": {"fecha": "issued_on"},
    "pacientes": {"fecha_nacimiento": "birth_date"},
}
AMOUNTS = {
    "facturas": {"subtotal": "subtotal", "impuesto": "tax", "total": "total", "pagado": "paid"},
    "productos": {"precio": "price", "existencias": "stock"},
}


def _wrong_values(live: Live, files: dict[str, list[dict[str, str]]]) -> Iterator[str]:
    """Texts, days and amounts, as this script reads them itself."""
    for table, rows in files.items():
        for row in rows:
            record = live.record(table, row["id"])
            if record is None:
                continue
            for heading, said, found in _compared(table, row, record):
                if said != found:
                    yield f"{table} {row['id']}: {heading} is “{said}” in the file and “{found}” here."


def _compared(
    table: str, row: dict[str, str], record: dict[str, Any]
) -> Iterator[tuple[str, object, object]]:
    for heading, column in TEXTS[table].items():
        yield heading, row[heading], record[column]
    for heading, column in DAYS.get(table, {}).items():
        yield heading, _day(row[heading]).isoformat(), str(record[column])[:10]
    for heading, column in AMOUNTS.get(table, {}).items():
        yield heading, _amount(row[heading]), Decimal(record[column]) / 10_000


def _day(text: str) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def _amount(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def main() -> int:
    """Print the first problems and how many there are; gives the exit code."""
    folder, url = sys.argv[1:]
    found = list(problems(Path(folder), url))
    for problem in found[:MOST_TOLD]:
        print(problem)
    print(f"{len(found):,} problems.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
