"""One table: dossiers with their histories, and what lists filter by."""

from typing import Any, ClassVar

from django.db import models

from evnpubsvc.codes import DossierCode
from evnpubsvc.dossiers import Dossier, Status
from evnpubsvc.services import Channel
from evnpubsvc.texts import LabelledEnum, LabelledIntEnum

from .fields import RecordField, TextOfField


def choices(kind: type[LabelledEnum] | type[LabelledIntEnum]) -> list[tuple[Any, str]]:
    """Return the choices of an enum, with its names in Vietnamese."""
    return [(each.value, each.text.vi) for each in kind]


class CaseFile(models.Model):
    """A dossier in the database."""

    code = TextOfField("mã hồ sơ", kind=DossierCode, max_length=60, primary_key=True)
    channel = models.CharField(
        "hình thức", max_length=20, choices=choices(Channel), default=Channel.IN_PERSON
    )
    status = models.SmallIntegerField("trạng thái", choices=choices(Status), null=True)
    dossier = RecordField("hồ sơ", kind=Dossier)

    class Meta:
        verbose_name = "hồ sơ"
        verbose_name_plural = "hồ sơ"
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return str(self.code)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the columns that follow from the dossier in step with it."""
        self.status = self.dossier.status
        if self.dossier.channel is not None:
            self.channel = self.dossier.channel
        super().save(*args, **kwargs)
