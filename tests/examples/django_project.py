"""The Django project of the how-to: migrations, fields, choices, the admin, the command.

`make web` runs it, in an environment that has Django.
"""

import io
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from evnpubsvc.codes import DossierCode
from evnpubsvc.dossiers import Dossier, Event, EventKind, Status
from evnpubsvc.services import Channel
from evnpubsvc.strategies import dossiers
from evnpubsvc.worktime import VIETNAM_TIME
from tests.deep import cases

django = pytest.importorskip("django", reason="Django is not installed")
os.environ["DJANGO_SETTINGS_MODULE"] = "examples.django_desk.settings"
os.environ["DESK_DATABASE"] = ":memory:"
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.serializers import deserialize, serialize  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from examples.django_desk.models import CaseFile  # noqa: E402

AT = datetime(2026, 11, 2, 8, tzinfo=VIETNAM_TIME)
CODE = "H48.20.01-261102-0001"


@pytest.fixture(scope="module", autouse=True)
def tables() -> None:
    call_command("migrate", verbosity=0)


@pytest.fixture
def case() -> Any:
    CaseFile.objects.all().delete()
    events = tuple(
        Event(kind, AT + timedelta(hours=n))
        for n, kind in enumerate((EventKind.SUBMITTED, EventKind.RECEIVED))
    )
    dossier = Dossier(CODE, procedure="1.001193", channel=Channel.ONLINE, events=events)
    return CaseFile.objects.create(code=CODE, dossier=dossier)


def test_the_migration_is_whole_and_names_public_paths_alone() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    import examples.django_desk.migrations as folder

    (path,) = Path(str(folder.__path__[0])).glob("0001_*.py")
    named = re.findall(r"evnpubsvc[\w.]*", path.read_text("utf-8"))
    assert set(named) == {
        "evnpubsvc.codes",
        "evnpubsvc.codes.DossierCode",
        "evnpubsvc.dossiers",
        "evnpubsvc.dossiers.Dossier",
        "evnpubsvc.services",
        "evnpubsvc.services.Channel",
    }


def test_what_was_put_in_comes_out(case: Any) -> None:
    found = CaseFile.objects.get(code=CODE.lower())  # however a code is written
    assert found.dossier == case.dossier
    assert found.code == DossierCode.parse(CODE)
    assert (found.status, found.get_status_display()) == (2, Status.RECEIVED.text.vi)
    assert (found.channel, found.get_channel_display()) == ("online", Channel.ONLINE.text.vi)
    assert CaseFile.objects.filter(dossier__value__procedure="1.001193").count() == 1
    with connection.cursor() as cursor:
        cursor.execute("select json_extract(dossier, '$.type') from django_desk_casefile")
        assert cursor.fetchone() == ("Dossier",)


def test_documents_of_django_come_back(case: Any) -> None:
    text = serialize("json", [case])
    (again,) = deserialize("json", text)
    assert again.object.dossier == case.dossier


@settings(max_examples=cases(3, 200), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(dossier=dossiers())
def test_any_dossier_comes_back(dossier: Dossier) -> None:
    CaseFile.objects.all().delete()
    CaseFile.objects.create(code=CODE, dossier=dossier)
    assert CaseFile.objects.get().dossier == dossier


@pytest.mark.parametrize(
    ("code", "text"), [("x", "mã"), ("H48.20.01", "không phải"), (f"{CODE}\x00", "ký tự")]
)
def test_a_wrong_code_is_an_error_of_its_field_in_vietnamese(code: str, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CaseFile(code=code, dossier=Dossier("x")).full_clean()
    assert text in caught.value.message_dict["code"][0]


def test_a_wrong_record_is_an_error_of_its_field() -> None:
    with pytest.raises(ValidationError) as caught:
        CaseFile(code=CODE, dossier={"format": 1, "type": "Dossier", "value": {}}).full_clean()
    assert "$.value.code" not in caught.value.message_dict.get("code", "")
    assert caught.value.message_dict["dossier"]


@pytest.mark.usefixtures("case")
def test_the_admin_lists_dossiers_with_due_dates_and_reasons() -> None:
    from django.contrib.auth.models import User

    User.objects.filter(username="chief").delete()
    chief = User.objects.create_superuser("chief", password="secret")
    client = Client()
    client.force_login(chief)
    listed = client.get("/admin/django_desk/casefile/").content.decode()
    assert CODE in listed
    assert "02/11/2026" in listed  # due on the day: received at nine
    one = client.get(f"/admin/django_desk/casefile/{CODE}/change/", follow=True)
    assert "tiếp nhận thứ Hai 02/11/2026" in one.content.decode()
    assert client.get("/admin/django_desk/casefile/?status__exact=9").status_code == 200


@pytest.mark.usefixtures("case")
def test_the_command_prints_what_is_late() -> None:
    printed = io.StringIO()
    call_command("late_dossiers", "--as-of", "2026-11-02", stdout=printed)
    assert not printed.getvalue()
    call_command("late_dossiers", "--as-of", "2026-11-04", stdout=printed)
    assert printed.getvalue() == f"{CODE}: 2\n"
