"""Verification: an independent look at what an import has become, after its promotion or its undo.

`trails` says what a record should be by the audit trail, `verdicts` whether a value of the file arrived and why not,
`accounts` counts rows and columns, `equations` what must add up, `report` is what people read and sign.
"""
