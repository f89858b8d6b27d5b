"""Use cases: one public function = one transaction = one audit event (or one for each record)."""
