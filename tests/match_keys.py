"""Match keys of somebody of whom only ids and contacts are told."""

from phcs.core.matching.keys import owner_keys
from phcs.core.records import OwnerFacts


def contact_keys(*, source: str, external_id: str, phone: str, phone2: str, email: str) -> tuple[int, ...]:
    """The keys of an owner without a name, an address or a pet."""
    facts = OwnerFacts(phone=phone, phone2=phone2, email=email)
    return owner_keys(facts, (), source=source, external_id=external_id)
