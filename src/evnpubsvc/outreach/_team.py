"""The people: a support team, the decisions about it, who belongs to it on a day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import Citation
from evnpubsvc.outreach._checks import opaque, optional
from evnpubsvc.texts import LabelledEnum, Text


class MemberRole(LabelledEnum):
    """What somebody is in a team."""

    LEADER = "leader"
    """Head of the team (*tổ trưởng*)."""
    DEPUTY = "deputy"
    """Deputy head (*tổ phó*)."""
    MEMBER = "member"
    """A member (*tổ viên*)."""


class MemberBasis(LabelledEnum):
    """On what terms a member works in a team, whatever else they do."""

    DUTY = "duty"
    """As part of the post they hold (*nhiệm vụ được phân công*)."""
    VOLUNTARY = "voluntary"
    """Of their own free will, without pay for it (*tự nguyện, không hưởng thù lao*)."""
    PAID = "paid"
    """Paid for it (*hưởng thù lao*)."""


@frozen
class Member(PublicType):
    """A member of a team (*thành viên*), as an opaque reference.

    The reference is never a name, a phone number or an identity number.

    Attributes:
        ref: opaque reference, unique in the team (`"TV1"`); ASCII letters, digits and `. _ : -`
            inside.
        role: what the member is.
        first: first day in the team, inclusive; None from the first day of the decision.
        last: last day in the team, inclusive; None to the end of the decision.
        rostered: whether the member takes desk duty.
        civil_servant: whether the member is a civil servant or public employee (*cán bộ, công
            chức, viên chức*); None where it is not known.
        basis: on what terms the member works in the team; None where it is not known.

    Raises:
        MisuseError: `reference-not-opaque`, `reference-looks-personal` (nine to twelve digits),
            `last-before-first`.

    >>> Member("TV1", MemberRole.LEADER).ref
    'TV1'
    """

    ref: str = field(validator=opaque)
    role: MemberRole = field(validator=instance_of(MemberRole))
    first: date | None = field(default=None, validator=optional(plain_day), kw_only=True)
    last: date | None = field(default=None, validator=optional(plain_day), kw_only=True)
    rostered: bool = field(default=True, validator=instance_of(bool), kw_only=True)
    civil_servant: bool | None = field(
        default=None, validator=instance_of(bool, type(None)), kw_only=True
    )
    basis: MemberBasis | None = field(
        default=None, validator=instance_of(MemberBasis, type(None)), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        _not_inverted(self.first, self.last)

    @answer_wrong_arguments
    def on(self, day: date) -> bool:
        """Return whether the member's own term includes a day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@frozen
class TeamDecision(PublicType):
    """A decision that founds or recasts a team (*quyết định thành lập, kiện toàn tổ*).

    Its whole list of members.

    Attributes:
        instrument: the decision.
        issued: day of signature; may lie after `first` only where the decision says so.
        first: first day in force, inclusive.
        last: last day in force, inclusive; None while no end is set.
        members: who belongs to the team, with terms of their own where somebody comes or goes in
            between.

    Raises:
        DataError: `member-twice` for a reference whose terms overlap.
        MisuseError: `last-before-first`.
    """

    instrument: Citation = field(validator=instance_of(Citation))
    issued: date = field(validator=plain_day)
    first: date = field(validator=plain_day)
    last: date | None = field(default=None, validator=optional(plain_day))
    members: tuple[Member, ...] = field(default=(), validator=tuple_of(Member))

    def __attrs_post_init__(self) -> None:
        _not_inverted(self.first, self.last)
        found: list[Finding] = []
        ordered = sorted(
            enumerate(self.members), key=lambda item: (item[1].ref, item[1].first or date.min)
        )
        for (_, before), (index, member) in pairwise(ordered):
            if member.ref == before.ref and (member.first or date.min) <= (before.last or date.max):
                found.append(finding("member-twice", f"$.members[{index}].ref", member.ref))
        if found:
            raise DataError(found)

    @answer_wrong_arguments
    def in_force(self, day: date) -> bool:
        """Return whether the decision is in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    @answer_wrong_arguments
    def on(self, day: date) -> tuple[Member, ...]:
        """Return the members on a day, sorted by reference.

        The result is empty when the decision is not in force.
        """
        if not self.in_force(day):
            return ()
        return tuple(sorted((m for m in self.members if m.on(day)), key=lambda m: m.ref))


@frozen
class TeamChange(PublicType):
    """Who stayed, came and went between two days (*biến động thành viên*), each sorted.

    Attributes:
        stayed: references of those in the team on both days.
        joined: those on the later day alone.
        left: those on the earlier day alone.
    """

    stayed: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    joined: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    left: tuple[str, ...] = field(default=(), validator=tuple_of(str))


@frozen
class Tenure(PublicType):
    """A spell of one member in a team, across decisions that follow each other without a gap.

    Attributes:
        ref: the member.
        first: first day, inclusive.
        last: last day, inclusive; None while no end is set.
    """

    ref: str = field(validator=opaque)
    first: date = field(validator=plain_day)
    last: date | None = field(default=None, validator=optional(plain_day))

    def __attrs_post_init__(self) -> None:
        _not_inverted(self.first, self.last)

    @answer_wrong_arguments
    def days(self, as_of: date) -> int:
        """Return how many days the spell has lasted on a day, that day included; 0 before it."""
        last = as_of if self.last is None else min(self.last, as_of)
        return max(0, (last - self.first).days + 1)


@frozen
class SupportTeam(PublicType):
    """A team that helps people use online services (*tổ hỗ trợ dịch vụ công trực tuyến*).

    Each decision holds the whole list of members while it is in force, so one decision at most is
    in force on a day.

    Attributes:
        key: opaque key of the team, as written in rosters and calendars.
        name: the name in both languages.
        decisions: sorted by their first day when the team is made; at least one.

    Raises:
        DataError: `team-without-decision`, `decisions-overlap` for each pair in force on the same
            day.

    >>> from evnpubsvc.law import Citation
    >>> founded = TeamDecision(
    ...     Citation("QĐ 44/QĐ-UBND"), date(2022, 4, 15), date(2022, 4, 15),
    ...     members=(Member("TV1", MemberRole.LEADER), Member("TV2", MemberRole.MEMBER)))
    >>> team = SupportTeam("tam-xuan-ii", Text(vi="Tổ tuyên truyền", en="Publicity team"),
    ...     (founded,))
    >>> [m.ref for m in team.on(date(2022, 4, 15))], team.on(date(2022, 4, 14))
    (['TV1', 'TV2'], ())
    """

    key: str = field(validator=opaque)
    name: Text = field(validator=instance_of(Text))
    decisions: tuple[TeamDecision, ...] = field(validator=tuple_of(TeamDecision))

    def __attrs_post_init__(self) -> None:
        if not self.decisions:
            raise DataError([finding("team-without-decision", "$.decisions")])
        ordered = sorted(
            enumerate(self.decisions), key=lambda item: (item[1].first, item[1].last or date.max)
        )
        # A long decision may overlap several later ones, so each is compared with the one that
        # reaches farthest.
        found: list[Finding] = []
        farthest = ordered[0][1]
        for index, decision in ordered[1:]:
            if decision.first <= (farthest.last or date.max):
                one, other = farthest.instrument, decision.instrument
                found.append(
                    finding(
                        "decisions-overlap",
                        f"$.decisions[{index}].first",
                        decision.first,
                        one=one,
                        other=other,
                    )
                )
            if (decision.last or date.max) > (farthest.last or date.max):
                farthest = decision
        if found:
            raise DataError(found)
        object.__setattr__(self, "decisions", tuple(decision for _, decision in ordered))

    @answer_wrong_arguments
    def decision_on(self, day: date) -> TeamDecision | None:
        """Return the decision in force on a day; None where there is none."""
        return next((decision for decision in self.decisions if decision.in_force(day)), None)

    @answer_wrong_arguments
    def on(self, day: date) -> tuple[Member, ...]:
        """Return the members on a day, sorted by reference; empty when no decision is in force."""
        decision = self.decision_on(day)
        if decision is None:
            return ()
        return decision.on(day)

    @answer_wrong_arguments
    def change(self, earlier: date, later: date) -> TeamChange:
        """Return who stayed, came and went between two days; nobody belongs where none is in force.

        Raises:
            MisuseError: `last-before-first` when the later day comes first.

        >>> from evnpubsvc.law import Citation
        >>> listed = (
        ...     Member("TV1", MemberRole.LEADER),
        ...     Member("TV2", MemberRole.MEMBER, last=date(2022, 12, 31)),
        ...     Member("TV3", MemberRole.MEMBER, first=date(2023, 1, 1)),
        ... )
        >>> founded = TeamDecision(
        ...     Citation("QĐ 44/QĐ-UBND"), date(2022, 4, 15), date(2022, 4, 15), members=listed)
        >>> team = SupportTeam("team", Text(vi="Tổ", en="Team"), (founded,))
        >>> change = team.change(date(2022, 12, 30), date(2023, 1, 3))
        >>> change.stayed, change.joined, change.left
        (('TV1',), ('TV3',), ('TV2',))
        """
        _not_inverted(earlier, later)
        before, after = ({member.ref for member in self.on(day)} for day in (earlier, later))
        return TeamChange(
            tuple(sorted(before & after)),
            tuple(sorted(after - before)),
            tuple(sorted(before - after)),
        )

    def tenures(self) -> tuple[Tenure, ...]:
        """Return every spell of every member, by reference, then by day: who has stayed how long.

        A spell goes on across decisions and terms that follow each other without a day between.

        >>> from evnpubsvc.law import Citation
        >>> founded = TeamDecision(
        ...     Citation("QĐ 44/QĐ-UBND"), date(2022, 4, 15), date(2022, 4, 15), date(2022, 12, 31),
        ...     (Member("TV1", MemberRole.LEADER), Member("TV2", MemberRole.MEMBER)))
        >>> recast = TeamDecision(
        ...     Citation("QĐ 2/QĐ-UBND"), date(2022, 12, 30), date(2023, 1, 1),
        ...     members=(Member("TV1", MemberRole.LEADER),))
        >>> team = SupportTeam("team", Text(vi="Tổ", en="Team"), (founded, recast))
        >>> [(spell.ref, spell.last, spell.days(date(2023, 12, 31))) for spell in team.tenures()]
        [('TV1', None, 626), ('TV2', datetime.date(2022, 12, 31), 261)]
        """
        terms = sorted(
            (member.ref, *_term(decision, member))
            for decision in self.decisions
            for member in decision.members
        )
        spells: list[Tenure] = []
        for ref, first, last in terms:
            if first > last:  # a term outside its decision
                continue
            before = spells[-1] if spells and spells[-1].ref == ref else None
            until = None if last == date.max else last
            if before is not None and before.last is not None and (first - before.last).days == 1:
                spells[-1] = Tenure(ref, before.first, until)
            else:
                spells.append(Tenure(ref, first, until))
        return tuple(spells)

    @property
    def first(self) -> date:
        """The first day of the first decision."""
        return self.decisions[0].first

    @property
    def last(self) -> date | None:
        """The last day of the last decision; None while no end is set."""
        return self.decisions[-1].last

    @property
    def refs(self) -> tuple[str, ...]:
        """Every reference that ever belongs to the team, sorted."""
        return tuple(sorted({m.ref for decision in self.decisions for m in decision.members}))

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What somebody should look at.

        The reasons are `decision-gap` between two decisions, `decision-backdated` and `team-empty`.
        """
        found: list[Finding] = []
        for index, decision in enumerate(self.decisions):
            path = f"$.decisions[{index}]"
            if decision.issued > decision.first:
                found.append(
                    notice(
                        "decision-backdated",
                        f"{path}.issued",
                        decision.issued,
                        first=decision.first,
                    )
                )
            if not any(m.rostered for m in decision.members):
                found.append(notice("team-empty", f"{path}.members", team=self.key))
            before = self.decisions[index - 1].last if index else None
            if before is not None and (decision.first - before).days > 1:
                found.append(notice("decision-gap", f"{path}.first", decision.first, before=before))
        return tuple(found)


def _term(decision: TeamDecision, member: Member) -> tuple[date, date]:
    """Return the first and last day of a member under a decision; the last of all for no end."""
    first = max(decision.first, member.first or decision.first)
    return first, min(decision.last or date.max, member.last or date.max)


def _not_inverted(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise MisuseError("last-before-first", first=first, last=last)
