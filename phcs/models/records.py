"""Live records: what the people of an organisation work with."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from phcs.core.records import CaseStatus, RecordKind
from phcs.models.base import Base, OfOrganisation, text_enum


class LiveRecord(OfOrganisation):
    """What every live record carries besides its facts."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(40), default="")
    """Where it came from, e.g. `waitwhile_import`; '' when a person entered it."""
    import_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The import that created it."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change; a plan names the version it was made for."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    notes: Mapped[str] = mapped_column(sa.Text, default="")


class Owner(LiveRecord, Base):
    """The person a pet belongs to."""

    __tablename__ = "owners"
    __table_args__ = (
        sa.CheckConstraint("full_name <> ''", name="has_name"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.Index("ix_owners_organisation_id_full_name_id", "organisation_id", "full_name", "id"),
        sa.Index("ix_owners_organisation_id_import_id", "organisation_id", "import_id"),
        sa.Index(
            "ix_owners_merged_into",
            "merged_into",
            sqlite_where=sa.text("merged_into IS NOT NULL"),
            postgresql_where=sa.text("merged_into IS NOT NULL"),
        ),
    )

    full_name: Mapped[str] = mapped_column(sa.String(400))
    given_name: Mapped[str] = mapped_column(sa.String(200), default="")
    family_name: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    phone_given: Mapped[str] = mapped_column(sa.String(200), default="")
    phone2: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    address: Mapped[str] = mapped_column(sa.String(500), default="")
    city: Mapped[str] = mapped_column(sa.String(200), default="")
    region: Mapped[str] = mapped_column(sa.String(200), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(40), default="")
    country: Mapped[str] = mapped_column(sa.String(100), default="")
    birth_date: Mapped[date | None] = mapped_column(sa.Date)
    tags: Mapped[list[Any]]
    custom: Mapped[dict[str, Any]]
    merged_into: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The owner that it was merged with; then it is archived."""


class Pet(LiveRecord, Base):
    """An animal of an owner; the name may be unknown."""

    __tablename__ = "pets"
    __table_args__ = (
        sa.CheckConstraint("version >= 1", name="version"),
        sa.Index("ix_pets_organisation_id_name_id", "organisation_id", "name", "id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    """The owner's organisation, by way of which it is known to exist."""
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("owners.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    species: Mapped[str] = mapped_column(sa.String(40), default="")
    species_given: Mapped[str] = mapped_column(sa.String(200), default="")
    age_class: Mapped[str] = mapped_column(sa.String(40), default="")
    breed: Mapped[str] = mapped_column(sa.String(200), default="")
    sex: Mapped[str] = mapped_column(sa.String(40), default="")
    birth_date: Mapped[date | None] = mapped_column(sa.Date)
    weight: Mapped[str] = mapped_column(sa.String(60), default="")
    colour: Mapped[str] = mapped_column(sa.String(100), default="")
    microchip: Mapped[str] = mapped_column(sa.String(60), default="")
    sterilised: Mapped[str] = mapped_column(sa.String(20), default="")
    deceased: Mapped[str] = mapped_column(sa.String(20), default="")
    merged_into: Mapped[UUID | None] = mapped_column(sa.Uuid)
    """The pet that it was merged with; then it is archived."""


class Case(LiveRecord, Base):
    """A request for help with none, one or several pets."""

    __tablename__ = "cases"
    __table_args__ = (
        sa.CheckConstraint("version >= 1", name="version"),
        sa.Index("ix_cases_organisation_id_listed_at_id", "organisation_id", "listed_at", "id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    """The owner's organisation, by way of which it is known to exist."""
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("owners.id"), index=True)
    status: Mapped[CaseStatus] = mapped_column(text_enum(CaseStatus))
    services: Mapped[list[Any]]
    service_given: Mapped[str] = mapped_column(sa.String(500), default="")
    outcome: Mapped[str] = mapped_column(sa.String(200), default="")
    location: Mapped[str] = mapped_column(sa.String(200), default="")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    scheduled_at: Mapped[datetime | None]
    listed_at: Mapped[datetime] = mapped_column(
        sa.Computed("coalesce(opened_at, created_at)", persisted=True)
    )
    """The time that lists are sorted by."""
    pet_count: Mapped[int | None]
    tags: Mapped[list[Any]]
    custom: Mapped[dict[str, Any]]


class CasePet(OfOrganisation, Base):
    """A pet that a case is about."""

    __tablename__ = "case_pets"

    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    pet_id: Mapped[UUID] = mapped_column(sa.ForeignKey("pets.id"), primary_key=True, index=True)


class ExternalId(OfOrganisation, Base):
    """What another system calls one of our records; the reason why a second import creates nothing."""

    __tablename__ = "external_ids"
    __table_args__ = (
        sa.PrimaryKeyConstraint("organisation_id", "source", "kind", "external_id"),
        sa.Index("ix_external_ids_record_id", "record_id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    source: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind))
    external_id: Mapped[str] = mapped_column(sa.String(200))
    record_id: Mapped[UUID]
    import_id: Mapped[UUID]
    """The import that stated the facts below."""
    imported: Mapped[dict[str, Any]]
    """The facts as the source last stated them: a later export is compared with these."""
    imported_rows: Mapped[list[Any]]
    """Digests of the rows that stated them, so that the same file brings nothing a second time."""


class FormerExternalId(OfOrganisation, Base):
    """What an external id said before an import restated it; undoing that import brings it back."""

    __tablename__ = "former_external_ids"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("imports.id"), primary_key=True)
    """The import that replaced it."""
    source: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    kind: Mapped[RecordKind] = mapped_column(text_enum(RecordKind), primary_key=True)
    external_id: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    record_id: Mapped[UUID]
    former_import_id: Mapped[UUID]
    """The import that had stated it until then."""
    imported: Mapped[dict[str, Any]]
    imported_rows: Mapped[list[Any]]


class MatchKey(OfOrganisation, Base):
    """A value by which an owner may be found (external id, phone, name and postcode …), hashed to 64 bits.

    `import_id` names the import whose plan found the key: it counts for that import alone until it is promoted.
    NULL for owners that people entered.
    """

    __tablename__ = "match_keys"
    __table_args__ = (
        sa.Index("ix_match_keys_owner_id", "owner_id"),
        sa.Index("ix_match_keys_import_id", "import_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.Uuid)
    key: Mapped[int] = mapped_column(sa.BigInteger)
    owner_id: Mapped[UUID]
    import_id: Mapped[UUID | None] = mapped_column(sa.Uuid)


sa.Index("ix_match_keys_organisation_id_key", MatchKey.organisation_id, MatchKey.key)


class NameFrequency(OfOrganisation, Base):
    """How many of an organisation's owners have this part in their name, and how many have it first.

    The part '' stands for all owners. Kept by `services.name_counts` in the transaction that writes the owners.
    """

    __tablename__ = "name_frequencies"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(400), primary_key=True)
    owners: Mapped[int] = mapped_column(default=0)
    owners_first: Mapped[int] = mapped_column(default=0)
