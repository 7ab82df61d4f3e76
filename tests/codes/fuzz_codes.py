"""Coverage-guided fuzzing of everything that reads codes and numbers of instruments.

Run by hand, with Atheris.

    python -m venv .envs/fuzz && .envs/fuzz/bin/pip install atheris -e .
    .envs/fuzz/bin/python tests/codes/fuzz_codes.py -max_total_time=300 -max_len=120

What must hold for every text: nothing raises but `InvalidCode`, `is_valid` says what `read` says, a
code that was read is written as a text that reads as the same code, and every finding has words in
both languages.
"""

import sys

import atheris  # type: ignore[import-untyped] # in an environment of its own

with atheris.instrument_imports(include=["evnpubsvc"]):
    from evnpubsvc.codes import (
        Code,
        DossierCode,
        FieldCode,
        ProcedureCode,
        ResultCode,
        ServiceCode,
        UnitCode,
        identify,
    )
    from evnpubsvc.findings import violations
    from evnpubsvc.law import InstrumentNumber

_KINDS: tuple[type[Code], ...] = (
    DossierCode,
    ProcedureCode,
    ServiceCode,
    UnitCode,
    ResultCode,
    FieldCode,
)


def one_input(data: bytes) -> None:
    """Check one text, decoded both as UTF-8 with lone surrogates and as letters of codes."""
    text = data.decode("utf-8", "surrogateescape")
    for kind in _KINDS:
        reading = kind.read(text)
        sound = reading.code is not None and not violations(reading.findings)
        assert kind.is_valid(text) == sound
        if reading.code is not None:
            again = kind.parse(str(reading.code))
            assert again == reading.code
            assert str(again) == str(reading.code)
        for found in reading.findings:
            assert found.line("en").isprintable()
            assert found.line("vi").isprintable()
    assert identify(text)
    number, found_in_number = InstrumentNumber.read(text)
    assert InstrumentNumber.is_valid(text) == (
        number is not None and not violations(found_in_number)
    )
    if number is not None:
        assert InstrumentNumber.parse(str(number)) == number
        assert InstrumentNumber.parse(number.format(kind=True)) == number


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
