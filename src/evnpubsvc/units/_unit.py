"""Administrative units, their keys, and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Final

from attrs import Attribute, field
from attrs.validators import optional

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen, says
from evnpubsvc._validate import day_or_open, instance_of, nonempty_text, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation, Validity
from evnpubsvc.texts import LabelledEnum, Language
from evnpubsvc.texts.parts import render


class Tier(LabelledEnum):
    """The tier of local government (*cấp*).

    Three until 30/6/2025, province and commune since 01/7/2025.
    """

    PROVINCE = "province"
    """*Cấp tỉnh.*"""
    DISTRICT = "district"
    """*Cấp huyện*: until 30/6/2025 (NQ 202/2025/QH15)."""
    COMMUNE = "commune"
    """*Cấp xã.*"""

    @property
    def depth(self) -> int:
        """0 for the province, 1 for the district, 2 for the commune."""
        return _DEPTHS[self]


_DEPTHS: Final = {tier: depth for depth, tier in enumerate(Tier)}


class UnitKind(LabelledEnum):
    """What a unit is called by law (*loại đơn vị hành chính*)."""

    PROVINCE = "province"
    """*Tỉnh.*"""
    CITY = "city"
    """*Thành phố*: under the centre (tier province), a province or a city (tier district)."""
    RURAL_DISTRICT = "rural-district"
    """*Huyện.*"""
    URBAN_DISTRICT = "urban-district"
    """*Quận.*"""
    TOWN = "town"
    """*Thị xã.*"""
    COMMUNE = "commune"
    """*Xã.*"""
    WARD = "ward"
    """*Phường.*"""
    TOWNSHIP = "township"
    """*Thị trấn.*"""
    SPECIAL_ZONE = "special-zone"
    """*Đặc khu*: islands, since 01/7/2025."""

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers on which a unit of this kind can stand."""
        return _TIERS[self]


_TIERS: Final = {
    UnitKind.PROVINCE: (Tier.PROVINCE,),
    UnitKind.CITY: (Tier.PROVINCE, Tier.DISTRICT),
    UnitKind.RURAL_DISTRICT: (Tier.DISTRICT,),
    UnitKind.URBAN_DISTRICT: (Tier.DISTRICT,),
    UnitKind.TOWN: (Tier.DISTRICT,),
    UnitKind.COMMUNE: (Tier.COMMUNE,),
    UnitKind.WARD: (Tier.COMMUNE,),
    UnitKind.TOWNSHIP: (Tier.COMMUNE,),
    UnitKind.SPECIAL_ZONE: (Tier.COMMUNE,),
}


@says(minLength=1, maxLength=35, pattern=r"^[^ ]+$")
def _code(record: object, attribute: Attribute[str], value: object) -> None:
    if (
        not isinstance(value, str)
        or not value
        or not value.isprintable()
        or " " in value
        or len(value) > _LONGEST_CODE
    ):
        raise MisuseError("unit-code", value, record=type(record).__name__, field=attribute.name)


_LONGEST_CODE: Final = 35  # the longest identifier that QĐ 20/2020/QĐ-TTg art. 4 allows


@frozen(order=False)
class UnitKey(PublicType):
    """What identifies a unit.

    Its code together with the first day on which the code meant this unit.

    Attributes:
        code: code of the unit, as text with its leading zeros; at most 35 printable characters
            without blanks.
        since: first day, inclusive; None when it began before anything that the register knows.

    >>> from datetime import date
    >>> print(UnitKey("20971"), UnitKey("20971", date(2025, 7, 1)))
    20971@.. 20971@2025-07-01
    """

    code: str = field(validator=_code)
    since: date | None = field(default=None, validator=day_or_open)

    def written(self, lang: Language) -> str:
        """Return the code with its first day: *mã 20968 (từ ngày 01/7/2025)*."""
        key = "unit-key" if self.since is None else "unit-key-since"
        return render(key, lang, {"code": self.code, "since": self.since})

    def __str__(self) -> str:
        return f"{self.code}@{self.since or '..'}"

    def __lt__(self, other: object) -> bool:
        """Order by code, then by first day, an open beginning first."""
        if not isinstance(other, UnitKey):
            return NotImplemented
        return (self.code, self.since or date.min) < (other.code, other.since or date.min)


@frozen(order=False)
class AdminUnit(PublicType):
    """One administrative unit (*đơn vị hành chính*), unchanged as long as it is valid.

    A unit that changes any of these is another version: the same or another code, from another day.

    Attributes:
        code: statistical code or other identifier, as text (`"20971"`); codes are reused, see
            `key`.
        name: the name without the word for its kind: `"Tam Xuân"`.
        kind: what it is: xã, phường, …
        tier: province, district or commune.
        parent: code of the unit above, whose version is found by the day; None when the register
            knows none.
        validity: the days on which the code meant this unit, first and last included.
        name_en: English or unaccented name; may be empty.
        other_names: other spellings and names by which it is also found.
        source: where this is from; None when the caller keeps that elsewhere.

    Raises:
        MisuseError: `unit-code`; `unit-kind-tier` when such a kind does not stand on that tier.

    >>> from datetime import date
    >>> from evnpubsvc.law import Validity
    >>> new = AdminUnit("20971", "Tam Xuân", UnitKind.COMMUNE, Tier.COMMUNE, "48",
    ...     Validity(date(2025, 7, 1)))
    >>> print(new, new.key)
    xã Tam Xuân (20971) 20971@2025-07-01
    """

    code: str = field(validator=_code)
    name: str = field(validator=nonempty_text)
    kind: UnitKind = field(validator=instance_of(UnitKind))
    tier: Tier = field(validator=instance_of(Tier))
    parent: str | None = field(default=None, validator=optional(_code))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    name_en: str = field(default="", validator=instance_of(str))
    other_names: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))

    def __attrs_post_init__(self) -> None:
        if self.tier not in _TIERS[self.kind]:
            raise MisuseError("unit-kind-tier", self.code, kind=self.kind.text.vi, tier=self.tier)

    @property
    def key(self) -> UnitKey:
        """Code and first day."""
        return UnitKey(self.code, self.validity.since)

    @property
    def full_name(self) -> str:
        """The name with the word for its kind, capital first: `"Xã Tam Xuân"`."""
        word = self.kind.text.vi
        return f"{word[0].upper()}{word[1:]} {self.name}"

    def written(self, lang: Language) -> str:
        """Return the name with its kind and code: *xã Tam Xuân (mã 20968)*."""
        kind = self.kind.text.get(lang)
        return render("unit-written", lang, {"kind": kind, "name": self.name, "code": self.code})

    def __str__(self) -> str:
        return f"{self.kind.text.vi} {self.name} ({self.code})"


@frozen(order=False)
class Succession(PublicType):
    """One step of what became of a unit: the older one ends, the newer one begins on the next day.

    Attributes:
        older: the unit that ended.
        newer: a unit that took its territory over.
        whole: the newer one took all of it; False when the older one was divided over several.
        default: where a record that knows no more than the older unit goes; exactly one among the
            successors.
        source: where this is from; may be None.
    """

    older: UnitKey = field(validator=instance_of(UnitKey))
    newer: UnitKey = field(validator=instance_of(UnitKey))
    whole: bool = field(default=True, validator=instance_of(bool))
    default: bool = field(default=True, validator=instance_of(bool))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))

    def written(self, lang: Language) -> str:
        """Return the two units: *từ mã 20968 thành mã 20971 (từ ngày 01/7/2025)*."""
        return render("unit-step", lang, {"older": self.older, "newer": self.newer})

    def __str__(self) -> str:
        return f"{self.older} -> {self.newer}"
