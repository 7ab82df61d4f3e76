"""Dossiers in the admin: a list with due dates, and one dossier with the reasons."""

from django.contrib import admin

from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers import DossierDue, due_of
from evnpubsvc.texts import write
from evnpubsvc.worktime import vietnam_calendar

from .models import CaseFile

RULES = CountingRules(vietnam_calendar(), solvable=False)


def due_date(case: CaseFile) -> DossierDue:
    """Return the due date of a dossier."""
    return due_of(case.dossier, counting=RULES, catalogue=seed_catalogue())


@admin.register(CaseFile)
class CaseFileAdmin(admin.ModelAdmin):
    """Dossiers are looked at here; events are added by the application."""

    list_display = ("code", "status", "channel", "due")
    list_filter = ("status", "channel")
    fields = readonly_fields = ("code", "status", "channel", "due", "reasons")

    @admin.display(description="ngày hẹn trả")
    def due(self, case: CaseFile) -> str:
        """Return the day, or why there is none."""
        found = due_date(case)
        return found.basis.text.vi if found.due is None else write(found.due, "vi")

    @admin.display(description="lý do")
    def reasons(self, case: CaseFile) -> str:
        """Return how it was counted."""
        return due_date(case).explain("vi")
