"""The words in which services are described, each in one place: channels.

Registers, rates, forms, mappings of columns, the generator of registers and the records of
catalogue and dossiers all use these words. Everybody imports them from here.
"""

from evnpubsvc.services._channels import Channel

__all__ = ["Channel"]
