"""Two live owners who are one person: what becomes of their facts and pets, and how that is taken back."""
