"""A small Django project that imports the same file with django-import-export, as its users write it."""
