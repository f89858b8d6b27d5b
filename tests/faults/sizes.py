"""How long a campaign is: short in `make test`, as long as it is asked to be in `make faults`."""

import os
import secrets

CASES = "PHCS_FAULT_CASES"
SEED = "PHCS_FAULT_SEED"
FULL = 1_400
"""How many cases all campaigns have on both databases when each has its `full`."""
USUAL = 1_100
"""How many they have when nobody says how many."""
RACES = 200


def campaign_seed() -> int:
    """The seed of the environment, or a new one."""
    return int(os.environ.get(SEED) or secrets.randbelow(1_000_000))


def cases(short: int, *, full: int) -> int:
    """`short`, or this campaign's part of as many cases as were asked for."""
    wanted = os.environ.get(CASES)
    return max(1, round(full * int(wanted) / FULL)) if wanted else short


def races(short: int) -> int:
    """`short`, or this race's part of a whole run."""
    wanted = os.environ.get(CASES)
    return max(short, min(RACES, round(RACES * int(wanted) / 1_000))) if wanted else short
