"""record kinds

Medical records, vaccinations, appointments, invoices with lines and payments, products and documents.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TELLS_KINDS = ("external_ids", "former_external_ids", "plan_actions", "reversal_actions")
OLD_KINDS = ("owner", "pet", "case")
NEW_KINDS = (
    "product",
    "medical_record",
    "vaccination",
    "appointment",
    "invoice",
    "invoice_line",
    "payment",
    "document",
)


def upgrade() -> None:
    for table in TELLS_KINDS:
        _allow(table, (*OLD_KINDS, *NEW_KINDS), instead_of=OLD_KINDS)
    op.create_table(
        "products",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_products_version")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_products_owner_id_owners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )
    op.create_index("ix_products_import_id", "products", ["import_id"])
    op.create_index("ix_products_organisation_id", "products", ["organisation_id", "id"])
    op.create_index("ix_products_owner_id", "products", ["owner_id", "id"])
    op.create_table(
        "medical_records",
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("type_given", sa.String(length=200), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("diagnosis", sa.Text(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("vet", sa.String(length=200), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_medical_records_has_owner")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_medical_records_version")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_medical_records_owner_id_owners")),
        sa.ForeignKeyConstraint(["pet_id"], ["pets.id"], name=op.f("fk_medical_records_pet_id_pets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medical_records")),
    )
    op.create_index("ix_medical_records_import_id", "medical_records", ["import_id"])
    op.create_index("ix_medical_records_organisation_id", "medical_records", ["organisation_id", "happened_at", "id"])
    op.create_index("ix_medical_records_owner_id", "medical_records", ["owner_id", "happened_at", "id"])
    op.create_index("ix_medical_records_pet_id", "medical_records", ["pet_id", "happened_at", "id"])
    op.create_table(
        "vaccinations",
        sa.Column("vaccine", sa.String(length=200), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("lot", sa.String(length=200), nullable=False),
        sa.Column("manufacturer", sa.String(length=200), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_vaccinations_has_owner")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_vaccinations_version")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_vaccinations_owner_id_owners")),
        sa.ForeignKeyConstraint(["pet_id"], ["pets.id"], name=op.f("fk_vaccinations_pet_id_pets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vaccinations")),
    )
    op.create_index("ix_vaccinations_import_id", "vaccinations", ["import_id"])
    op.create_index("ix_vaccinations_organisation_id", "vaccinations", ["organisation_id", "given_on", "id"])
    op.create_index("ix_vaccinations_owner_id", "vaccinations", ["owner_id", "given_on", "id"])
    op.create_index("ix_vaccinations_pet_id", "vaccinations", ["pet_id", "given_on", "id"])
    op.create_table(
        "appointments",
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_minutes", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_given", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("vet", sa.String(length=200), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_appointments_has_owner")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_appointments_version")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_appointments_owner_id_owners")),
        sa.ForeignKeyConstraint(["pet_id"], ["pets.id"], name=op.f("fk_appointments_pet_id_pets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index("ix_appointments_import_id", "appointments", ["import_id"])
    op.create_index("ix_appointments_organisation_id", "appointments", ["organisation_id", "starts_at", "id"])
    op.create_index("ix_appointments_owner_id", "appointments", ["owner_id", "starts_at", "id"])
    op.create_index("ix_appointments_pet_id", "appointments", ["pet_id", "starts_at", "id"])
    op.create_table(
        "invoices",
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("subtotal", sa.BigInteger(), nullable=True),
        sa.Column("tax", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_given", sa.String(length=200), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_invoices_has_owner")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_invoices_version")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_invoices_owner_id_owners")),
        sa.ForeignKeyConstraint(["pet_id"], ["pets.id"], name=op.f("fk_invoices_pet_id_pets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
    )
    op.create_index("ix_invoices_import_id", "invoices", ["import_id"])
    op.create_index("ix_invoices_organisation_id", "invoices", ["organisation_id", "issued_on", "id"])
    op.create_index("ix_invoices_owner_id", "invoices", ["owner_id", "issued_on", "id"])
    op.create_index("ix_invoices_pet_id", "invoices", ["pet_id", "issued_on", "id"])
    op.create_table(
        "invoice_lines",
        sa.Column("line_no", sa.BigInteger(), nullable=True),
        sa.Column("product_code", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("tax", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_invoice_lines_has_owner")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_invoice_lines_version")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_lines_invoice_id_invoices")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_invoice_lines_owner_id_owners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_lines")),
    )
    op.create_index("ix_invoice_lines_import_id", "invoice_lines", ["import_id"])
    op.create_index("ix_invoice_lines_invoice_id", "invoice_lines", ["invoice_id", "id"])
    op.create_index("ix_invoice_lines_organisation_id", "invoice_lines", ["organisation_id", "id"])
    op.create_index("ix_invoice_lines_owner_id", "invoice_lines", ["owner_id", "id"])
    op.create_table(
        "payments",
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=200), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_payments_has_owner")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_payments_version")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_payments_invoice_id_invoices")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_payments_owner_id_owners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index("ix_payments_import_id", "payments", ["import_id"])
    op.create_index("ix_payments_invoice_id", "payments", ["invoice_id", "paid_on", "id"])
    op.create_index("ix_payments_organisation_id", "payments", ["organisation_id", "paid_on", "id"])
    op.create_index("ix_payments_owner_id", "payments", ["owner_id", "paid_on", "id"])
    op.create_table(
        "documents",
        sa.Column("file_name", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pet_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_documents_has_owner")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_documents_version")),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_documents_owner_id_owners")),
        sa.ForeignKeyConstraint(["pet_id"], ["pets.id"], name=op.f("fk_documents_pet_id_pets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_import_id", "documents", ["import_id"])
    op.create_index("ix_documents_organisation_id", "documents", ["organisation_id", "dated_on", "id"])
    op.create_index("ix_documents_owner_id", "documents", ["owner_id", "dated_on", "id"])
    op.create_index("ix_documents_pet_id", "documents", ["pet_id", "dated_on", "id"])


def downgrade() -> None:
    op.drop_table("documents")
    op.drop_table("payments")
    op.drop_table("invoice_lines")
    op.drop_table("invoices")
    op.drop_table("appointments")
    op.drop_table("vaccinations")
    op.drop_table("medical_records")
    op.drop_table("products")
    for table in TELLS_KINDS:
        listed = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
        op.execute(f"DELETE FROM {table} WHERE kind IN ({listed})")  # noqa: S608 - our own words
        _allow(table, OLD_KINDS, instead_of=(*OLD_KINDS, *NEW_KINDS))


def _allow(table: str, kinds: tuple[str, ...], *, instead_of: tuple[str, ...]) -> None:
    """Let the column `kind` hold these words. SQLite changes no rule of a table, so the table is made anew."""
    name = f"ck_{table}_recordkind"
    rule, former = (", ".join(f"'{kind}'" for kind in words) for words in (kinds, instead_of))
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"kind IN ({rule})")
        return
    told = sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql IS NOT NULL")
    bind = op.get_bind()
    (made,) = bind.scalars(told, {"table": table, "type": "table"}).all()
    indexes = bind.scalars(told, {"table": table, "type": "index"}).all()
    if f"kind IN ({former})" not in made:
        raise RuntimeError(f"The rule {name} is not what it was made as.")
    op.rename_table(table, f"{table}_former")
    op.execute(made.replace(f"kind IN ({former})", f"kind IN ({rule})"))
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_former")  # noqa: S608 - our own words
    op.drop_table(f"{table}_former")
    for index in indexes:
        op.execute(index)
