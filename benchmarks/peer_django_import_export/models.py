# mypy: ignore-errors
"""Owner, pet and case in Django's way."""

from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    email = models.EmailField(null=True, blank=True, db_index=True)
    phone = models.CharField(max_length=20, null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Pet(models.Model):
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=100)
    species = models.CharField(max_length=20)
    breed = models.CharField(max_length=100, blank=True)

    class Meta:
        unique_together = [("owner", "name_key")]


class Case(models.Model):
    external_id = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
    pet = models.ForeignKey(Pet, on_delete=models.CASCADE)
    service = models.CharField(max_length=100, blank=True)
    state = models.CharField(
        max_length=20,
        choices=[(state, state) for state in "COMPLETE BOOKED WAITING SERVING CANCELLED NO_SHOW".split()],
    )
    opened_at = models.DateTimeField()
    notes = models.TextField(blank=True)
    tags = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return self.external_id
