"""The interface for commands: how results are put into words."""

from evnpubsvc.analysis._tables import end_text, example_text

__all__ = ["end_text", "example_text"]
