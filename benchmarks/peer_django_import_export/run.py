# mypy: ignore-errors
"""Import one file with django-import-export and print its measures as one JSON object.

Runs in the peer's own environment, on an empty database that PEER_DATABASE names. The preview is
`import_data(dry_run=True)`, as the admin makes it, and reading the file counts towards it; the import is
`import_data` once more.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import django

django.setup()  # the models below are Django's only from here on

import tablib  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.memory import peak_mb, reset_peak  # noqa: E402
from benchmarks.peer_django_import_export.models import Owner  # noqa: E402
from benchmarks.peer_django_import_export.resources import (  # noqa: E402
    BATCH,
    BulkResource,
    DefaultResource,
)
from benchmarks.peer_django_import_export.rules import fast_key  # noqa: E402

MODES = {"default": DefaultResource, "bulk": BulkResource}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=list(MODES), required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--owners", type=Path, required=True)
    wanted = parser.parse_args()
    call_command("migrate", "--run-syncdb", verbosity=0)
    load_owners(wanted.owners)
    reset_peak()
    started = time.perf_counter()
    with wanted.file.open(encoding="utf-8-sig", newline="") as file:
        dataset = tablib.Dataset().load(file.read(), format="csv")
    preview = imported(wanted.mode, dataset, dry_run=True)
    previewed = time.perf_counter()
    result = imported(wanted.mode, dataset, dry_run=False)
    ended = time.perf_counter()
    print(
        json.dumps(
            {
                "rows": len(dataset),
                "preview_s": previewed - started,
                "import_s": ended - previewed,
                "peak_mb": peak_mb(),
                "invalid": [preview["invalid"], result["invalid"]],
            }
        )
    )


def imported(mode, dataset, *, dry_run):
    """The framework's own totals; ends the run where an error was not a row's own."""
    result = MODES[mode]().import_data(dataset, dry_run=dry_run, raise_errors=False)
    if result.has_errors():
        raise SystemExit(
            f"django-import-export could not import: {result.base_errors or result.row_errors()[:1]}"
        )
    return dict(result.totals)


def load_owners(path):
    """Put the owners into the database who are known already, and let it count its tables."""
    with path.open(encoding="utf-8", newline="") as file:
        owners = [
            Owner(
                name=row["name"],
                name_key=fast_key(row["name"]),
                email=row["email"] or None,
                phone=row["phone"] or None,
            )
            for row in csv.DictReader(file)
        ]
    Owner.objects.bulk_create(owners, batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
