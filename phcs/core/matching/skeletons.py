"""The sound of a word in four consonants, alike in English, Spanish, Portuguese and German spelling."""

import re
from functools import lru_cache

_CLUSTERS = (
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("sch|sh"), "s"),
    (re.compile("ch(?=[bcdfgklmnpqrstvwxz])"), "k"),
    (re.compile("ch"), "s"),
    (re.compile("gn|nh"), "n"),
    (re.compile("lh"), "l"),
    (re.compile("c(?=[eiy])"), "s"),
    (re.compile("gu(?=[ei])"), "k"),
)
_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("bpvfw", "p"),
        **dict.fromkeys("ckqgj", "k"),
        **dict.fromkeys("szx", "s"),
        **dict.fromkeys("dt", "t"),
        **dict.fromkeys("mn", "n"),
        **dict.fromkeys("aeiouyh", " "),
    }
)
_VOWELS = frozenset("aeiouyh")
_LENGTH = 4


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """Return up to four consonant classes of a folded word, `a` first where it begins with a vowel.

    A word in another alphabet than the Latin is its own skeleton.
    """
    if not word.isascii():
        return word[:_LENGTH]
    text = word
    for cluster, sound in _CLUSTERS:
        text = cluster.sub(sound, text)
    sounds = text.translate(_SOUNDS)
    heard = "a" if text[:1] in _VOWELS else ""
    before = ""
    for sound in sounds:
        if sound not in {before, " "}:
            heard += sound
        before = sound
    return heard[:_LENGTH]
