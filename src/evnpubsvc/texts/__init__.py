"""Every text the library says, in Vietnamese and English, from one catalogue.

The catalogue is the TOML files of this folder, one a room, and `enums.toml` for what the values of
public enums are called. Each entry has a stable key, `en` and `vi` with the same `{placeholders}`,
and, for reason codes, `hint_en` and `hint_vi`. Keys are API, wording is not.

A placeholder is written in the language of its text (`write`). It may say more about itself after a
colon: `{year:plain}` is a number without marks between thousands, `{quarter:roman}` one of I to IV;
`{n:s}` is the English plural ending that `n` asks for: `{n} dossier{n:s}`; `{stratum:?, }` is what
comes after the mark and the value, or nothing where the value is empty.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.texts._cells import guard_text, unguard_text
from evnpubsvc.texts._labels import LabelledEnum, LabelledIntEnum
from evnpubsvc.texts._text import LANGUAGES, Language, Text
from evnpubsvc.texts._write import write

__all__ = [
    "LANGUAGES",
    "LabelledEnum",
    "LabelledIntEnum",
    "Language",
    "Text",
    "guard_text",
    "unguard_text",
    "write",
]

publish(__name__, __all__)
