"""What other rooms may use of this one: which two names look alike."""

from evnpubsvc.units._look_alikes import look_alike_key, look_alikes
from evnpubsvc.units._names import fold_name

__all__ = ["fold_name", "look_alike_key", "look_alikes"]
