"""JSON Schemas of every public type, for people and programs that do not speak Python.

Needs no extra. Pydantic and FastAPI find them by themselves: a public type may stand in a model or
be the body of a request.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.schema._schema import all_schemas, json_schema, openapi_components, record_types

__all__ = ["all_schemas", "json_schema", "openapi_components", "record_types"]

publish(__name__, __all__)
