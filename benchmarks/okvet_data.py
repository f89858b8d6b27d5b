"""A made-up OkVet migration: a folder of exports with orphans, repeats and dirty dates, and the truth about every row.

`python -m benchmarks.okvet_data --out FOLDER [--clients 1200] [--seed N]` writes the files, a ZIP of them and
`truth.json`. The headings are the mission's reference, to be confirmed with a real export. The same arguments give
the same bytes.
"""

import argparse
import csv
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from benchmarks.data_people import made_up_owner
from benchmarks.data_words import BREEDS, PETS

SEED = 20261121
HEADINGS = {
    "clientes": "id nombre telefono celular email direccion ciudad notas fecha_registro",
    "pacientes": "id id_cliente nombre especie raza sexo fecha_nacimiento peso color microchip esterilizado "
    "fallecido notas",
    "historias": "id id_paciente fecha tipo descripcion diagnostico tratamiento notas id_veterinario",
    "vacunas": "id id_paciente vacuna fecha_aplicacion fecha_proxima lote laboratorio id_veterinario",
    "citas": "id id_cliente id_paciente fecha hora duracion estado motivo id_veterinario notas",
    "facturas": "id id_cliente id_paciente numero fecha subtotal impuesto total pagado moneda estado",
    "productos": "id codigo nombre categoria precio existencias unidad",
    "archivos": "id id_paciente archivo titulo fecha notas",
}
KINDS = {
    "clientes": "owner",
    "pacientes": "pet",
    "historias": "medical_record",
    "vacunas": "vaccination",
    "citas": "appointment",
    "facturas": "invoice",
    "productos": "product",
    "archivos": "document",
}
PER_CLIENT = {
    "pacientes": 2,
    "historias": 10,
    "vacunas": 14 / 3,
    "citas": 89 / 12,
    "facturas": 67 / 12,
    "productos": 0.25,
    "archivos": 1 / 6,
}
DIRTY_DATES = ("31/02/2024", "sin fecha", "00/00/0000", "2024-13-45")
VACCINES = ("Rabia", "Quíntuple", "Parvovirus", "Triple felina", "Leucemia felina", "Tos de las perreras")
REASONS = ("Control", "Vacunación", "Cirugía", "Urgencia", "Peluquería", "Revisión dental")
SPECIES = {"dog": "Canino", "cat": "Felino", "bird": "Ave", "rabbit": "Conejo"}


@dataclass
class Migration:
    """The rows of each table, what must become of them (`create`, `skip`, `reject`), and files to go with."""

    rows: dict[str, list[list[str]]] = field(default_factory=lambda: {name: [] for name in HEADINGS})
    truth: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in HEADINGS})
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, table: str, row: list[str], outcome: str) -> None:
        """Add a row whose outcome is known."""
        self.rows[table].append(row)
        self.truth[table][outcome] += 1

    def csv_bytes(self, table: str) -> bytes:
        """The table as Excel in Spanish settings writes it: UTF-8 with a mark, semicolons."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADINGS[table].split())
        writer.writerows(self.rows[table])
        return text.getvalue().encode("utf-8-sig")


class _Maker:
    def __init__(self, clients: int, seed: int) -> None:
        self.r = random.Random(seed)
        self.seed = seed
        self.clients = clients
        self.made = Migration()
        self.person_of: dict[str, int] = {}
        """Client id → person; clients that are left out are not there."""
        self.pets_of: dict[int, list[str]] = {}
        self.client_of: dict[str, str] = {}
        """Patient id → client id, of those that are imported."""

    def make(self) -> Migration:
        self._clients()
        self._patients()
        self._of_patients("historias", self._record)
        self._of_patients("vacunas", self._vaccination)
        self._of_patients("citas", self._appointment)
        self._of_patients("facturas", self._invoice)
        self._products()
        self._of_patients("archivos", self._document)
        return self.made

    def _clients(self) -> None:
        r = self.r
        for number in range(1, self.clients + 1):
            twin = number > 20 and r.random() < 0.01
            person = r.randrange(1, 15) if twin else number
            row = self._client(number, person)
            if not twin and r.random() < 0.01:
                row[1] = ""
                self.made.add("clientes", row, "reject")
                continue
            if twin:  # one person under two ids of one system: a person has to say whether it is so
                self.made.add("clientes", row, "skip")
                continue
            self.made.add("clientes", row, "create")
            self.person_of[str(number)] = person
            if r.random() < 0.01:
                self.made.add("clientes", list(row), "skip")

    def _client(self, number: int, person: int) -> list[str]:
        who = made_up_owner(self.seed, person)
        mobile = f"310{person * 7919 % 10**7:07}"
        email = f"cliente{person}@{'correo' if person % 2 else 'example'}.org"
        address = f"Calle {person % 170 + 1} # {person % 90 + 1}-{person * 13 % 99 + 1}"
        registered = self._day_text(self._day())
        return [
            *(str(number), f"{who.name}", "", mobile, email, address, "Bogotá"),
            *("", registered),
        ]

    def _patients(self) -> None:
        r, made = self.r, self.made
        ids = [row[0] for row in made.rows["clientes"]]
        for number in range(1, self._count("pacientes") + 1):
            orphan = r.random() < 0.01
            client = str(900_000 + number) if orphan else r.choice(ids)
            name = self._pet_name(client)
            species = r.choice(list(SPECIES))
            row = [
                *(str(number), client, name, SPECIES[species], r.choice(BREEDS[species].split("|"))),
                *(r.choice("MH"), self._day_text(self._day()), f"{r.uniform(1, 40):.1f}".replace(".", ",")),
                *(r.choice(["negro", "blanco", "café"]), "", r.choice(["Sí", "No"]), "No", ""),
            ]
            is_held = client not in self.person_of
            made.add("pacientes", row, "skip" if is_held else "create")
            if not is_held:
                self.client_of[str(number)] = client

    def _pet_name(self, client: str) -> str:
        taken = self.pets_of.setdefault(self.person_of.get(client, -int(client)), [])
        free = [name for name in PETS if all(Levenshtein.distance(name, one) > 2 for one in taken)]
        taken.append(self.r.choice(free))
        return taken[-1]

    def _of_patients(self, table: str, row_of: Callable[[str, str, str], list[str]]) -> None:
        """Rows about patients, some of whom are not there; some rows come twice, some have a date that is none."""
        r, made = self.r, self.made
        patients = [row[0] for row in made.rows["pacientes"]]
        at = HEADINGS[table].split().index("fecha_aplicacion" if table == "vacunas" else "fecha")
        for number in range(1, self._count(table) + 1):
            patient = str(800_000 + number) if r.random() < 0.005 else r.choice(patients)
            row = row_of(str(number), patient, self.client_of.get(patient, ""))
            if table != "archivos" and r.random() < 0.01:
                row[at] = r.choice(DIRTY_DATES)
                made.add(table, row, "reject")
                continue
            made.add(table, row, "create" if patient in self.client_of else "skip")
            if r.random() < 0.005:
                made.add(table, list(row), "skip")

    def _record(self, number: str, patient: str, _client: str) -> list[str]:
        kind = self.r.choice(["Consulta", "Tratamiento", "Procedimiento"])
        day = self._day_text(self._day())
        return [number, patient, day, kind, f"{kind} {number}", "Otitis", "Gotas", "", f"Dra. {number[-1]}"]

    def _vaccination(self, number: str, patient: str, _client: str) -> list[str]:
        day = self._day()
        due = self._day_text(day + timedelta(days=365))
        lot = f"L{self.r.randrange(10_000, 99_999)}"
        vaccine = self.r.choice(VACCINES)
        return [number, patient, vaccine, self._day_text(day), due, lot, "Laboratorio Norte", "Dr. Paz"]

    def _appointment(self, number: str, patient: str, client: str) -> list[str]:
        hour = f"{self.r.randrange(8, 18):02}:{self.r.choice(['00', '20', '40'])}"
        status = self.r.choice(["Completada", "Cancelada", "No asistió", "Confirmada"])
        day = self._day_text(self._day())
        return [number, client, patient, day, hour, "20", status, self.r.choice(REASONS), "Dr. Paz", ""]

    def _invoice(self, number: str, patient: str, client: str) -> list[str]:
        net = self.r.randrange(20_000, 900_000)
        tax = net * 19 // 100
        total = net + tax
        paid = total if self.r.random() < 0.8 else 0
        amounts = [f"{one:,}".replace(",", ".") + ",00" for one in (net, tax, total, paid)]
        state = "Pagada" if paid else "Pendiente"
        return [number, client, patient, f"F-{number}", self._day_text(self._day()), *amounts, "COP", state]

    def _products(self) -> None:
        for number in range(1, self._count("productos") + 1):
            price = f"{self.r.randrange(5, 900)}.{self.r.randrange(100, 999)},00"
            row = [
                str(number),
                f"P{number:04}",
                f"Producto {number}",
                "Farmacia",
                price,
                str(number % 40),
                "und",
            ]
            self.made.add("productos", row, "create")

    def _document(self, number: str, patient: str, _client: str) -> list[str]:
        name = f"adjuntos/resultado_{number}.txt"
        self.made.files[name] = f"Resultado {number} del paciente {patient}\n".encode()
        return [number, patient, name, f"Resultado {number}", self._day_text(self._day()), ""]

    def _count(self, table: str) -> int:
        return round(self.clients * PER_CLIENT[table])

    def _day(self) -> date:
        return date(2012, 1, 1) + timedelta(days=self.r.randrange(5_300))

    def _day_text(self, day: date) -> str:
        return day.isoformat() if self.r.random() < 0.1 else day.strftime("%d/%m/%Y")


def made_up_migration(*, clients: int = 1_200, seed: int = SEED) -> Migration:
    """The migration of a clinic with so many clients, and what must become of each row."""
    return _Maker(clients, seed).make()


def write_zip(migration: Migration, path: Path, *, order: Sequence[str] = tuple(HEADINGS)) -> None:
    """Write all tables, in this order, and the files into one ZIP."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in order:
            archive.writestr(f"{table}.csv", migration.csv_bytes(table))
        for name, content in migration.files.items():
            archive.writestr(name, content)


def truth_of(migration: Migration) -> dict[str, dict[str, int]]:
    """Outcome counts by record kind."""
    return {KINDS[table]: dict(counts) for table, counts in migration.truth.items()}


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=1_200)
    parser.add_argument("--seed", type=int, default=SEED)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    migration = made_up_migration(clients=wanted.clients, seed=wanted.seed)
    for table in HEADINGS:
        (wanted.out / f"{table}.csv").write_bytes(migration.csv_bytes(table))
    write_zip(migration, wanted.out / "okvet.zip")
    (wanted.out / "truth.json").write_text(json.dumps(truth_of(migration), indent=1))


if __name__ == "__main__":
    main()
