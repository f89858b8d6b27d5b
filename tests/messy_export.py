"""A messy export of 500 visits with some sixty slips of the kinds that people make, and how each is put right."""

from pathlib import Path

from tests.import_builders import export_csv, visits

ROWS = 500
MISSPELT_SERVICE, SAME_PHONE, NO_SUCH_DAY = "Pet fod", "555-CALL", "2026-02-31 10:00"
ALIKE = {
    "Dogg": "dog",
    "Catt": "cat",
    MISSPELT_SERVICE: "Pet food pantry",
    SAME_PHONE: "",
    NO_SUCH_DAY: "2026-02-28 10:00",
}
"""What stands in several rows alike, and what it should say."""
SINGLE_PHONES = 4
PHONELESS = 10
NAMELESS = 3
DATELESS = 6
FINDINGS = 60


def write_messy_export(path: Path, *, first: int = 1) -> None:
    """Write the export; every person and pet in it is another one, and in one with another `first` number, too."""
    rows = visits(ROWS, first=first)
    for place in range(24):
        rows[10 + 5 * place]["species"] = "Dogg" if place % 2 else "Catt"
    for place in range(8):
        rows[150 + 3 * place]["request_type"] = MISSPELT_SERVICE
    for place in range(PHONELESS):
        rows[200 + 4 * place]["client_phone"] = SAME_PHONE
    for place in range(SINGLE_PHONES):
        rows[300 + 7 * place]["client_phone"] = f"{place}0{place}"
    for place in range(NAMELESS):
        rows[350 + 9 * place]["client_name"] = ""
    for place in range(DATELESS):
        rows[400 + 2 * place]["request_date"] = ""
    for place in range(5):
        rows[450 + 6 * place]["request_date"] = NO_SUCH_DAY
    path.write_text(export_csv(rows))
