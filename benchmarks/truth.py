"""What this product must count on a made-up export, so that no figure is bought with wrong verdicts.

The generator knows the defect of every row; here stands what this product calls each of them. A species that is not
known and a missing contact are warnings here: such a row is imported. So is a row without a date; the generator counts
an empty cell among its bad dates.
"""

from typing import Any

from benchmarks.data import Truth

FINDINGS_OF_DEFECT = {
    "bad_email": ("email.invalid",),
    "bad_phone": ("phone.invalid",),
    "bad_date": ("date.invalid", "date.missing"),
    "date_out_of_range": ("date.future", "date.too_old"),
    "missing_name": ("name.missing",),
    "unknown_species": ("species.unknown",),
    "unknown_state": ("status.unknown",),
    "no_contact": ("contact.missing",),
}
WARNINGS = ("species.unknown", "contact.missing", "date.missing")
FINDINGS_OF_REPEATS = ("row.repeated", "row.repeated_differently")
SAME_ID = ("exact", "edited")
"""Repeats under the id of an earlier row; `near` ones have an id of their own and are visits of their own."""


def differences(truth: Truth, report: dict[str, Any]) -> list[str]:
    """Where the JSON report of an import, as its preview has it, is not the truth; a sentence for each, [] at best."""
    findings = report["findings"]
    found = {
        defect: _sum(findings, codes) for defect, codes in FINDINGS_OF_DEFECT.items()
    }  # fmt: skip
    warnings = _sum(findings, WARNINGS)
    repeats = _sum(truth.repeats, SAME_ID)
    errors = sum(truth.defects.values()) - warnings
    expected = {
        "rows": (truth.rows, report["rows"]["total"]),
        **{defect: (truth.defects.get(defect, 0), number) for defect, number in found.items()},
        "rows with errors": (errors, report["rows"]["error"]),
        "rejected by the plan": (errors, report["plan"]["case"]["reject"]),
        "repeated ids": (repeats, report["duplicates_in_file"]),
        "findings about repeated ids": (repeats, _sum(findings, FINDINGS_OF_REPEATS)),
    }
    return [
        f"{what}: {counted:,} counted, {true:,} in truth"
        for what, (true, counted) in expected.items()
        if counted != true
    ]


def _sum(counts: dict[str, int], names: tuple[str, ...]) -> int:
    return sum(counts.get(name, 0) for name in names)
