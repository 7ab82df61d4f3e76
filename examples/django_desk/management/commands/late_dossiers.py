"""`manage.py late_dossiers --as-of 2026-11-27`: what is overdue at the end of a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from evnpubsvc import timeliness
from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.dossiers import Timeliness, TimelinessPolicy

from ...admin import RULES
from ...models import CaseFile

POLICY = TimelinessPolicy(compare="date")


class Command(BaseCommand):
    """Print the codes of overdue dossiers, with the working days."""

    help = "Hồ sơ quá hạn vào cuối một ngày"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the day: the library has no clock, and a command can be repeated."""
        parser.add_argument("--as-of", type=date.fromisoformat, required=True)

    def handle(self, *_: Any, as_of: date, **__: Any) -> None:
        """Print them."""
        for case in CaseFile.objects.iterator():
            judged = timeliness(
                case.dossier, as_of=as_of, policy=POLICY, counting=RULES, catalogue=seed_catalogue()
            )
            if judged.timeliness is Timeliness.PENDING_OVERDUE:
                self.stdout.write(f"{case.code}: {judged.working_days}")
