"""One text → one value. Each parser gives a value or says why not; none raises on bad data."""
