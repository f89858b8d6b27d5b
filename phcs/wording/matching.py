"""What people read about the rules by which owners are recognised, with what each was measured to cost."""

from phcs.core.matching.presets import MatchPreset

PRESET_WORDS: dict[MatchPreset, str] = {
    MatchPreset.EVIDENCE: "All evidence (recommended)",
    MatchPreset.PHONE_NAME_PET: "Phone, name and pet",
    MatchPreset.EMAIL_OR_PHONE: "E-mail or phone",
    MatchPreset.EMAIL_PHONE_OR_NAME_DOB: "E-mail, phone, or name with birth date",
}

PRESET_HELP: dict[MatchPreset, str] = {
    MatchPreset.EVIDENCE: (
        "Weighs name, phone, e-mail, birth date, address and pets, and asks a person where it is doubtful. Links "
        "about 97 of 100 known people by itself, asks about two more; of 1,000 links one is wrong."
    ),
    MatchPreset.PHONE_NAME_PET: (
        "Same phone and a similar name. Links about 71 of 100 known people: whoever has a new phone is created anew."
    ),
    MatchPreset.EMAIL_OR_PHONE: (
        "Same e-mail or same phone, and a name that fits. Links about 86 of 100 known people."
    ),
    MatchPreset.EMAIL_PHONE_OR_NAME_DOB: (
        "Same e-mail, same phone, or same name with the same birth date. Links about 91 of 100 known people."
    ),
}

NEW_PET_WORDS = (
    "With “phone, name and pet”: who comes with another pet is another owner (links about 52 of 100). Otherwise the "
    "owner is linked and gains the pet."
)
