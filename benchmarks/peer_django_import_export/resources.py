# mypy: ignore-errors
# ruff: noqa: ARG002 - the framework names the arguments
"""Two ways of importing visits with django-import-export.

`DefaultResource` is the documented one: `before_import_row` checks and gets or creates the related rows, widgets find
them. `BulkResource` is about the best that its design does: `use_bulk`, batches, a cached loader, no differences, and
the related rows looked up in memory and created in bulk beforehand.
"""

from django.core.exceptions import ValidationError
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader

from benchmarks.data_words import COLUMNS
from benchmarks.peer_django_import_export.models import Case, Owner, Pet
from benchmarks.peer_django_import_export.rules import fast_row, plain_row

CASE_FIELDS = ("external_id", "owner", "pet", "service", "state", "opened_at", "notes", "tags")
BATCH = 1000


class MomentWidget(widgets.Widget):
    """The moment was read already."""

    def clean(self, value, row=None, **kwargs):
        return value

    def render(self, value, obj=None, **kwargs):
        return value.isoformat() if value else ""


class ObjectWidget(widgets.Widget):
    """The related object itself was put into the row, so there is no query for it."""

    def clean(self, value, row=None, **kwargs):
        return value


def put(row, clean):
    """Put what was read into the row that the framework goes on with."""
    if clean.errors:
        raise ValidationError(",".join(clean.errors))
    row["state"], row["opened_at"] = clean.state, clean.opened_at
    row["tags"], row["service"] = clean.tags, clean.service


class DefaultResource(resources.ModelResource):
    external_id = fields.Field(attribute="external_id", column_name="id")
    owner = fields.Field(attribute="owner", column_name="owner", widget=widgets.ForeignKeyWidget(Owner, "pk"))
    pet = fields.Field(attribute="pet", column_name="pet", widget=widgets.ForeignKeyWidget(Pet, "pk"))
    opened_at = fields.Field(attribute="opened_at", column_name="opened_at", widget=MomentWidget())

    class Meta:
        model = Case
        import_id_fields = ["external_id"]
        fields = CASE_FIELDS
        clean_model_instances = True

    def before_import_row(self, row, **kwargs):
        clean = plain_row([row[name] or "" for name in COLUMNS])
        put(row, clean)
        owner = None
        if clean.email:
            owner = Owner.objects.filter(email=clean.email).first()
        if owner is None and clean.phone:
            owner = Owner.objects.filter(phone=clean.phone).first()
        if owner is None:
            owner = new_owner(clean)
            owner.save()
        pet, _ = Pet.objects.get_or_create(
            owner=owner,
            name_key=clean.pet_key,
            defaults={"name": clean.pet_name, "species": clean.species, "breed": clean.breed},
        )
        row["owner"], row["pet"] = owner.pk, pet.pk


def new_owner(clean):
    return Owner(name=clean.name, name_key=clean.name_key, email=clean.email, phone=clean.phone)


class BulkResource(resources.ModelResource):
    external_id = fields.Field(attribute="external_id", column_name="id")
    owner = fields.Field(attribute="owner", column_name="owner", widget=ObjectWidget())
    pet = fields.Field(attribute="pet", column_name="pet", widget=ObjectWidget())
    opened_at = fields.Field(attribute="opened_at", column_name="opened_at", widget=MomentWidget())

    class Meta:
        model = Case
        import_id_fields = ["external_id"]
        fields = CASE_FIELDS
        use_bulk = True
        use_transactions = True
        batch_size = BATCH
        skip_diff = True
        report_skipped = False
        instance_loader_class = CachedInstanceLoader

    def before_import(self, dataset, **kwargs):
        rows = (dict(zip(dataset.headers, cells, strict=True)) for cells in dataset)
        self.clean = [fast_row([row[name] or "" for name in COLUMNS]) for row in rows]
        self.seen = set()
        owners = self._owners()
        self.related = {number: (owner, None) for number, owner in owners.items()}
        self._add_pets()

    def _owners(self):
        """The owner of every sound row by its number; new ones are created in bulk."""
        by_email, by_phone, new, found = {}, {}, [], {}
        for owner in Owner.objects.all().iterator(chunk_size=5000):
            know(owner, by_email, by_phone)
        for number, clean in enumerate(self.clean, 1):
            if clean.errors:
                continue
            owner = by_email.get(clean.email) or by_phone.get(clean.phone)
            if owner is None:
                owner = new_owner(clean)
                new.append(owner)
                know(owner, by_email, by_phone)
            found[number] = owner
        Owner.objects.bulk_create(new, batch_size=BATCH)
        return found

    def _add_pets(self):
        known = {(pet.owner_id, pet.name_key): pet for pet in Pet.objects.all().iterator(chunk_size=5000)}
        new = []
        for number, (owner, _) in self.related.items():
            clean = self.clean[number - 1]
            pet = known.get((owner.pk, clean.pet_key))
            if pet is None:
                pet = Pet(
                    owner=owner,
                    name=clean.pet_name,
                    name_key=clean.pet_key,
                    species=clean.species,
                    breed=clean.breed,
                )
                known[owner.pk, clean.pet_key] = pet
                new.append(pet)
            self.related[number] = (owner, pet)
        Pet.objects.bulk_create(new, batch_size=BATCH)

    def before_import_row(self, row, row_number=None, **kwargs):
        put(row, self.clean[row_number - 1])
        row["owner"], row["pet"] = self.related[row_number]

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if instance.external_id in self.seen:  # a repeated id would break bulk_create
            return True
        self.seen.add(instance.external_id)
        return super().skip_row(instance, original, row, import_validation_errors)


def know(owner, by_email, by_phone):
    """Let an owner be found by either contact; of two with one telephone the first is found."""
    if owner.email:
        by_email[owner.email] = owner
    if owner.phone:
        by_phone.setdefault(owner.phone, owner)
