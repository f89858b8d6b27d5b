"""Which rules say that two owners are one person: chosen by name, per import and per organisation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

RULES_VERSION = 1
"""Raised whenever the same two owners may get another answer; kept with every decision."""


class MatchPreset(StrEnum):
    """A list of rules by the mission's names; EVIDENCE weighs all that is known."""

    EVIDENCE = "evidence"
    PHONE_NAME_PET = "phone_name_pet"
    EMAIL_OR_PHONE = "email_or_phone"
    EMAIL_PHONE_OR_NAME_DOB = "email_phone_or_name_dob"


@dataclass(frozen=True)
class MatchRules:
    """A preset and its one option.

    `new_pet_is_new_owner` holds for PHONE_NAME_PET alone and takes it by the letter: whoever comes with
    other pets than those known is a new owner. Otherwise that owner is linked and gains the pets.
    """

    preset: MatchPreset = MatchPreset.EVIDENCE
    new_pet_is_new_owner: bool = False

    @property
    def name(self) -> str:
        """The rules as kept with an answer: `evidence/1`."""
        literal = self.preset is MatchPreset.PHONE_NAME_PET and self.new_pet_is_new_owner
        return f"{self.preset}{'+literal' if literal else ''}/{RULES_VERSION}"

    def as_json(self) -> dict[str, Any]:
        """Plain data that `from_json` turns back."""
        return {**asdict(self), "preset": str(self.preset)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MatchRules":
        """The rules that `as_json` described; what is missing takes its default.

        Raises ValueError for a preset that there is not.
        """
        preset = MatchPreset(data.get("preset", MatchPreset.EVIDENCE))
        return cls(preset=preset, new_pet_is_new_owner=bool(data.get("new_pet_is_new_owner", False)))
