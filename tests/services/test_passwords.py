"""What makes a password good enough, and how it is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.security import check_password_hash, generate_password_hash

from phcs.core.errors import InvalidInputError
from phcs.services.passwords import (
    UNKNOWN_PERSON_HASH,
    check_new_password,
    generate_password,
    hash_password,
    password_matches,
)


def test_hashes_are_the_same_as_werkzeugs() -> None:
    assert check_password_hash(hash_password("a kettle sings"), "a kettle sings")
    assert password_matches("a kettle sings", password_hash=generate_password_hash("a kettle sings"))
    assert not password_matches("a kettle sang", password_hash=generate_password_hash("a kettle sings"))


def test_the_same_password_never_has_the_same_hash() -> None:
    assert hash_password("a kettle sings") != hash_password("a kettle sings")


@pytest.mark.parametrize("password", ["", "0" * 128, "password"])
def test_no_password_is_an_unknown_persons(password: str) -> None:
    assert not password_matches(password, password_hash=UNKNOWN_PERSON_HASH)


@pytest.mark.parametrize(
    "password",
    ["elevenchars", "x" * 201, "noor.haddad@example.org", "Noor Haddad 1", "noor.haddad12", "password1234",
     "Password!!!!1", "123456789012", "aaaaaaaaaaaa", "qwertyuiopasdfgh", "letmeinletmein", "abcabcabcabc"],
)  # fmt: skip
def test_what_would_be_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(InvalidInputError):
        check_new_password(password, email="noor.haddad@example.org", name="Noor Haddad")


@pytest.mark.parametrize(
    "password", ["a kettle sings at dawn", "correct noor battery", "été à la mer", "x7Kp2mQ9vL4t"]
)
def test_long_and_unguessable_is_enough(password: str) -> None:
    check_new_password(password, email="noor.haddad@example.org", name="Noor Haddad")


@given(name=st.text(max_size=30))
@settings(max_examples=50)
def test_generated_passwords_keep_the_rules(name: str) -> None:
    check_new_password(generate_password(), email="noor.haddad@example.org", name=name)
