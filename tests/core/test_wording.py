import re

import pytest

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.states import ImportState
from phcs.wording import FINDING_WORDS, SEVERITY_WORDS, STATE_WORDS, finding_sentence, finding_title
from phcs.wording.schedules import cron_words


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


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 3 * * *", "every day at 03:00"),
        ("30 9,17 * * *", "every day at 09:30 and 17:30"),
        ("30 6 * * 1-5", "every Monday to Friday at 06:30"),
        ("0 7 * * sun", "every Sunday at 07:00"),
        ("0 7 * * 1,wed", "every Monday and Wednesday at 07:00"),
        ("0 0 1 * *", "every month on day 1 at 00:00"),
        ("*/15 * * * *", "every 15 minutes"),
        ("0 * * * *", "every hour, on the hour"),
        ("5 */6 * * *", "every 6 hours from midnight, at 5 minutes past"),
        ("0 3 * 2 *", ""),
        ("*/7 * * * *", ""),
        ("*/15 3 * * *", ""),
        ("*/15 * * * 1", ""),
        ("0 3 1-5 * *", ""),
        ("0 1-5 * * *", ""),
    ],
)
def test_common_times_of_schedules_have_words_and_others_none(cron: str, words: str) -> None:
    assert cron_words(cron) == words
