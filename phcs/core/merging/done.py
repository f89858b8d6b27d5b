"""What a merge does to the records, in one form: the audit trail tells it, the merge keeps it, undoing it needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from phcs.core.planning.changes import Changes


class MovedName(NamedTuple):
    """An external id that stands for another record since the merge."""

    source: str
    kind: str
    external_id: str
    before: UUID
    after: UUID


class MovedHistory(NamedTuple):
    """A record of the other owner's history that follows; `version` is the one that it has afterwards.

    `pet_before` and `pet_after` are set where it is about another pet from then on.
    """

    kind: str
    record_id: UUID
    version: int
    pet_before: UUID | None = None
    pet_after: UUID | None = None


@dataclass(frozen=True, slots=True)
class MergedPet:
    """A pet of the other owner that is one of the staying owner's: archived, its cases are about the latter.

    `cases` were about the other one alone, `cases_of_both` about both.
    """

    pet_id: UUID
    into: UUID
    facts: Changes = field(default_factory=dict)
    cases: tuple[UUID, ...] = ()
    cases_of_both: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeDone:
    """Everything that a merge changed. Versions are those that it left; `own` are pets and cases that stayed put."""

    facts: Changes
    pets: Mapping[UUID, int]
    cases: Mapping[UUID, int]
    merged_pets: tuple[MergedPet, ...]
    names: tuple[MovedName, ...]
    keys_moved: tuple[int, ...]
    keys_added: tuple[int, ...]
    own: frozenset[UUID]
    answers: tuple[str, ...] = ()
    """People of files about whom answers that were kept about the other owner hold for the staying one."""
    pair_answer: str | None = None
    """What people had said about the two as a pair; None where they were not one."""
    history: tuple[MovedHistory, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many of what were touched, for lists and for the audit trail."""
        counts = {
            "facts": len(self.facts),
            "pets": len(self.pets),
            "pets_merged": len(self.merged_pets),
            "cases": len(self.cases),
            "external_ids": len(self.names),
        }
        return counts | ({"history": len(self.history)} if self.history else {})

    def as_json(self) -> dict[str, Any]:
        """Plain data that `from_json` turns back."""
        return {
            "facts": self.facts,
            "pets": {str(one): version for one, version in self.pets.items()},
            "cases": {str(one): version for one, version in self.cases.items()},
            "merged_pets": [
                [str(one.pet_id), str(one.into), one.facts, _texts(one.cases), _texts(one.cases_of_both)]
                for one in self.merged_pets
            ],
            "names": [
                [one.source, one.kind, one.external_id, str(one.before), str(one.after)] for one in self.names
            ],
            "keys_moved": list(self.keys_moved),
            "keys_added": list(self.keys_added),
            "own": sorted(_texts(self.own)),
            "answers": list(self.answers),
            "pair_answer": self.pair_answer,
            "history": [
                [
                    one.kind,
                    str(one.record_id),
                    one.version,
                    str(one.pet_before or ""),
                    str(one.pet_after or ""),
                ]
                for one in self.history
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MergeDone":
        """What `as_json` wrote."""
        return cls(
            facts=data["facts"],
            pets={UUID(one): version for one, version in data["pets"].items()},
            cases={UUID(one): version for one, version in data["cases"].items()},
            merged_pets=tuple(
                MergedPet(UUID(pet), UUID(into), facts, _ids(cases), _ids(both))
                for pet, into, facts, cases, both in data["merged_pets"]
            ),
            names=tuple(
                MovedName(source, kind, external_id, UUID(before), UUID(after))
                for source, kind, external_id, before, after in data["names"]
            ),
            keys_moved=tuple(data["keys_moved"]),
            keys_added=tuple(data["keys_added"]),
            own=frozenset(_ids(data["own"])),
            answers=tuple(data["answers"]),
            pair_answer=data["pair_answer"],
            history=tuple(
                MovedHistory(kind, UUID(record_id), version, _id_or_none(before), _id_or_none(after))
                for kind, record_id, version, before, after in data.get("history", ())
            ),
        )


def _id_or_none(text: str) -> UUID | None:
    return UUID(text) if text else None


def _texts(ids: Any) -> list[str]:
    return [str(one) for one in ids]


def _ids(texts: Any) -> tuple[UUID, ...]:
    return tuple(map(UUID, texts))
