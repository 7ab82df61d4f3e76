"""What the command line may use of this room: how a span of days is typed."""

from evnpubsvc.worktime._typed_moments import split_span

__all__ = ["split_span"]
