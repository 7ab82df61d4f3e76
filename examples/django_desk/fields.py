"""Fields for what the library knows: a code or period as text, a record as JSON."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from evnpubsvc.errors import DataError
from evnpubsvc.serde import from_data, to_data


class _Typed(models.Field):
    """A field of one type; a migration names the type by its public path."""

    envelope = False

    def __init__(self, *args: Any, kind: type[Any], **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "kind": self.kind}

    def to_python(self, value: Any) -> Any:
        """Read what a form or a document holds; every finding is an error of the field."""
        if value is None or isinstance(value, self.kind):
            return value
        try:
            return from_data(super().to_python(value), self.kind, envelope=self.envelope)
        except DataError as error:
            raise ValidationError([each.message("vi") for each in error.findings]) from None

    def from_db_value(self, value: Any, *context: Any) -> Any:
        """Read what the column holds."""
        read = getattr(super(), "from_db_value", lambda given, *_: given)
        loaded = read(value, *context)
        return None if loaded is None else from_data(loaded, self.kind, envelope=self.envelope)

    def get_prep_value(self, value: Any) -> Any:
        """Return what the column takes."""
        known = self.to_python(value)
        return None if known is None else to_data(known, envelope=self.envelope)


class TextOfField(_Typed, models.CharField):
    """A code, a period or an enum, as its canonical text."""

    def run_validators(self, value: Any) -> None:
        """Hold the text of a value against the length of the column."""
        super().run_validators(to_data(value))

    def value_to_string(self, obj: Any) -> str:
        return str(to_data(self.value_from_object(obj)))


class RecordField(_Typed, models.JSONField):
    """A whole record as JSON (JSONB on PostgreSQL), with its format and type."""

    envelope = True

    def get_prep_value(self, value: Any) -> Any:
        """Return the document of a record; what a key is compared with stays as it is."""
        return super().get_prep_value(value) if isinstance(value, self.kind) else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Keep records alone."""
        return super().get_db_prep_save(self.to_python(value), connection)

    def validate(self, value: Any, model_instance: Any) -> None:
        """Accept a record: `to_python` has read it."""

    def value_to_string(self, obj: Any) -> Any:
        return to_data(self.value_from_object(obj), envelope=True)
