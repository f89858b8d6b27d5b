import re

import pytest

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.states import ImportState
from phcs.wording import FINDING_WORDS, SEVERITY_WORDS, STATE_WORDS, finding_sentence, finding_title


@pytest.mark.parametrize("code", FindingCode)
def test_every_finding_says_what_is_wrong_and_what_to_do(code: FindingCode) -> None:
    sentence = finding_sentence(Finding(code, Severity.WARNING, "PHONE", "12", "3"))
    assert len(re.findall(r"[.;?]", sentence)) >= 2
    assert sentence.endswith(".")
    assert finding_title(code)


def test_no_two_findings_share_a_title() -> None:
    titles = [title for title, _ in FINDING_WORDS.values()]
    assert len(titles) == len(set(titles)) == len(FindingCode)


def test_every_state_and_severity_has_words() -> None:
    assert STATE_WORDS.keys() == set(ImportState)
    assert SEVERITY_WORDS.keys() == set(Severity)


def test_braces_in_a_value_stand_as_given() -> None:
    finding = Finding(FindingCode.PHONE_INVALID, Severity.ERROR, "PHONE", "{detail}", "{0}")
    assert finding_sentence(finding).startswith("“{detail}” cannot be a phone number ({0}).")
