"""The money: what a programme gets and what it costs, in whole đồng."""

from __future__ import annotations

from datetime import date

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.outreach._checks import optional, whole
from evnpubsvc.texts import LabelledEnum, Text


class FundingKind(LabelledEnum):
    """Where the money of a programme comes from."""

    NONE = "none"
    """There is none, as the source says (*không có kinh phí*): a fact, not a gap in the records."""
    BUDGET = "budget"
    """The state budget (*ngân sách nhà nước*)."""
    SPONSOR = "sponsor"
    """Sponsors, contributions of residents (*xã hội hóa*)."""
    OWN = "own"
    """The members themselves (*thành viên tự đóng góp*)."""


@frozen
class Funding(PublicType):
    """Money that a programme gets (*kinh phí*), or the fact that it gets none.

    Attributes:
        kind: where it comes from.
        dong: the sum in whole đồng, one or more; None where it is not known. Never given with
            `FundingKind.NONE`.
        source: where it is said; None when nothing says it.

    Raises:
        MisuseError: `funding-none-with-sum`, `number-too-small`.

    >>> Funding(FundingKind.BUDGET, 12_000_000).dong
    12000000
    """

    kind: FundingKind = field(validator=instance_of(FundingKind))
    dong: int | None = field(default=None, validator=optional(whole(1)))
    source: Citation | None = field(
        default=None, validator=instance_of(Citation, type(None)), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        if self.kind is FundingKind.NONE and self.dong is not None:
            raise MisuseError("funding-none-with-sum", self.dong)


@frozen
class Expense(PublicType):
    """A cost of a programme (*khoản chi*).

    Attributes:
        title: what was paid for, in both languages.
        dong: the sum in whole đồng, zero or more; zero is something that was given for nothing.
        day: the day; None when it was not recorded.
        paid_from: the kind of money it was paid from; None when it was not recorded.
        evidence: what shows it; empty when nothing does.
    """

    title: Text = field(validator=instance_of(Text))
    dong: int = field(validator=whole(0))
    day: date | None = field(default=None, validator=optional(plain_day), kw_only=True)
    paid_from: FundingKind | None = field(
        default=None, validator=instance_of(FundingKind, type(None)), kw_only=True
    )
    evidence: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation), kw_only=True)
