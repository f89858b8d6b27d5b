"""Who is who: keys to find candidates by, evidence, and the three-way answer."""
