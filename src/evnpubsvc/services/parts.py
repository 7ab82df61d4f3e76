"""What other rooms may use of this one: what R1 checks, and how a word is called."""

from evnpubsvc._hooks import publish_loaded
from evnpubsvc.services import _LATER
from evnpubsvc.services._levels import check_level, first_day
from evnpubsvc.services._words import word_text

__all__ = ["check_level", "first_day", "word_text"]

# What was imported for these is public now, under its own name.
publish_loaded("evnpubsvc.services", _LATER)
