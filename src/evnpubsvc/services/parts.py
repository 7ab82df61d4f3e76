"""What other rooms may use of this one: what R1 checks, and how a word is called."""

from evnpubsvc.services._levels import check_level, first_day
from evnpubsvc.services._words import word_text

__all__ = ["check_level", "first_day", "word_text"]
