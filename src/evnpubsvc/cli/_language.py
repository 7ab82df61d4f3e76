"""The one language of a call: what chooses it, and the words of click in it.

The choice is `--lang`, else the variable `EVNPUBSVC_LANG`, else the locale (`vi_VN…`), else
English. Help, usage errors, findings, progress and results all speak it.
"""

from __future__ import annotations

import copy
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import click

if TYPE_CHECKING:
    from evnpubsvc.findings import Finding
    from evnpubsvc.texts import Language


def environment_language(environment: Mapping[str, str]) -> Language:
    """Return the language that the environment asks for.

    It is that of `EVNPUBSVC_LANG`, else that of the locale, else English.
    """
    names = ("EVNPUBSVC_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "")
    if chosen.lower().startswith("vi"):
        return "vi"
    return "en"


def call_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of a call, before its options are read: help and usage errors need it."""
    chosen = environment_language(environment)
    for place, word in enumerate(arguments):
        value = None
        if word.startswith("--lang="):
            value = word.removeprefix("--lang=")
        if word == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in {"en", "vi"}:
            chosen = cast("Language", value)
    return chosen


def said(key: str, lang: Language, **parts: object) -> str:
    """Return a text of the command line in a language."""
    from evnpubsvc.texts.parts import render

    return render(f"cli-{key}", lang, parts)


def output_lost(reason: OSError) -> Finding:
    """Return what is to be said where standard output takes nothing more."""
    from evnpubsvc.findings import finding

    return finding("output-unwritable", "", None, why=reason)


class WrongCall(click.UsageError):
    """A call that cannot mean anything, as a finding: it is told in the language of the call."""

    def __init__(self, reason: str | Finding, value: object = "", **parts: object) -> None:
        from evnpubsvc.findings import Finding, finding

        if isinstance(reason, Finding):
            self.finding = reason
        else:
            self.finding = finding(reason, "", value, **parts)
        super().__init__(told(self.finding, "en"))


def bad_value(
    found: Finding, param: click.Parameter | None, ctx: click.Context | None
) -> click.BadParameter:
    """Return what is wrong with the value of an option or argument, in the language of the call."""
    error = click.BadParameter(told(found, "en"), ctx=ctx, param=param)
    error.finding = found  # type: ignore[attr-defined]
    return error


def told(found: Finding, lang: Language) -> str:
    """Return a message with what to do about it."""
    return " - ".join(filter(None, (found.message(lang), found.hint(lang))))


# What click says about values, in its own words: the key of the text that says it here.
_VALUES: Final = (
    (r"(?P<value>'.*'|\".*\") is not one of (?P<known>.*)\.", "not-one-of"),
    (r"(?P<value>'.*'|\".*\") is not a valid (?P<kind>.*)\.", "not-a-number"),
    (r"(?P<value>'.*'|\".*\") is not '?(?P<known>.*?)'?\.", "not-one-of"),
    (r"(?P<value>.*) is not in the range (?P<range>.*)\.", "out-of-range"),
    (r"\w+ (?P<value>'.*'|\".*\") does not exist\.", "no-such-file"),
    (r"\w+ (?P<value>'.*'|\".*\") is a directory\.", "is-a-directory"),
    (r"\w+ (?P<value>'.*'|\".*\") is not readable\.", "not-readable"),
    (r"Option (?P<value>'.*'|\".*\") requires an argument\.", "option-needs-value"),
    (r"Option (?P<value>'.*'|\".*\") does not take a value\.", "option-takes-no-value"),
    (r"Got unexpected extra arguments? \((?P<value>.*)\)", "surplus-argument"),
)


def _refuse_impossible(given: list[str]) -> None:
    """Refuse what no system hands over, only a call inside a process: no path bears it."""
    from evnpubsvc.findings import finding

    for each in given:
        try:
            is_possible = b"\0" not in os.fsencode(each)
        except UnicodeEncodeError:
            is_possible = False
        if not is_possible:
            raise WrongCall(finding("text-not-writable", "", each))


def error_lines(error: click.ClickException, lang: Language) -> str:
    """Return what to print for an error of the call, usage first."""
    lines: list[str] = []
    context = getattr(error, "ctx", None)
    if isinstance(context, click.Context):
        lines.append(context.get_usage())
        asked = f"{context.command_path} --help"
        lines.append(said("try-help", lang, command=asked))
        lines.append("")
    return "\n".join([*lines, said("error", lang, line=_message(error, lang))])


def _message(error: click.ClickException, lang: Language) -> str:
    found: Finding | None = getattr(error, "finding", None)
    if found is not None:
        what = told(found, lang)
        named = _hint(error)
        if named:
            return said("bad-value", lang, name=named, what=what)
        return what
    if lang == "en":
        return error.format_message()
    if isinstance(error, click.MissingParameter):
        kind = getattr(error.param, "param_type_name", "option")
        return said(f"missing-{kind}", lang, name=_hint(error) or "")
    if isinstance(error, click.NoSuchOption):
        return said("no-such-option", lang, name=error.option_name) + _near(error, lang)
    if isinstance(error, click.NoSuchCommand):
        return said("no-such-command", lang, name=error.command_name) + _near(error, lang)
    if isinstance(error, click.FileError):
        return said("no-such-file", lang, value=f"'{error.ui_filename}'")
    what = _value_message(error.message, lang)
    named = None
    if isinstance(error, click.BadParameter):
        named = _hint(error)
    if named:
        return said("bad-value", lang, name=named, what=what)
    return what


def _near(error: Any, lang: Language) -> str:
    names = cast("Sequence[str]", getattr(error, "possibilities", None) or ())
    if names:
        return "; " + said("did-you-mean", lang, names=tuple(sorted(names)))
    return ""


def _hint(error: click.ClickException) -> str | None:
    """Return the option or argument that an error speaks of, as it is typed."""
    hint = getattr(error, "param_hint", None)
    param = getattr(error, "param", None)
    if hint is None and isinstance(param, click.Parameter):
        hint = param.get_error_hint(cast("click.Context", getattr(error, "ctx", None)))
    if hint is None:
        return None
    if isinstance(hint, str):
        return hint
    return ", ".join(cast("Sequence[str]", hint))


def _value_message(message: str, lang: Language) -> str:
    for pattern, key in _VALUES:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match is not None:
            return said(key, lang, **match.groupdict())
    return message


class _Formatter(click.HelpFormatter):
    """Writes help with the headings and remarks of a language."""

    lang: Language = "en"

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or said("usage", self.lang) + " ")

    def write_heading(self, heading: str) -> None:
        known = {"Options": "options", "Commands": "commands", "Positional arguments": "arguments"}
        key = known.get(heading)
        super().write_heading(said(key, self.lang) if key else heading)

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().write_dl([(name, self._remarks(text)) for name, text in rows], *args, **kwargs)

    def _remarks(self, text: str) -> str:
        if self.lang == "en":
            return text
        for english in ("Show this message and exit.", "Show the version and exit."):
            text = text.replace(english, said(english.split()[2], self.lang))
        text = text.replace("[default: ", f"[{said('default', self.lang)}: ")
        return re.sub(r"([\[ ])required\]", rf"\1{said('required', self.lang)}]", text)


class _VietnameseFormatter(_Formatter):
    lang: Language = "vi"


class _EnglishContext(click.Context):
    formatter_class = _Formatter


class _VietnameseContext(click.Context):
    formatter_class = _VietnameseFormatter


class CommandGroup(click.Group):
    """A group whose help and errors speak the language of the call."""

    context_class: type[click.Context] = _EnglishContext
    lang: Language = "en"

    def main(self, args: Sequence[str] | None = None, *rest: Any, **named: Any) -> Any:
        """Run a call in its language."""
        given = list(sys.argv[1:] if args is None else args)
        spoken = self.speaking(call_language(given, os.environ))
        standalone = named.pop("standalone_mode", True)
        try:
            _refuse_impossible(given)
            run: Any = super(CommandGroup, spoken).main
            code = run(given, *rest, standalone_mode=False, **named)
            if not standalone:
                return code
            sys.exit(code if isinstance(code, int) else 0)
        except click.ClickException as error:
            if not standalone:
                raise
            click.echo(error_lines(error, spoken.lang), err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            if not standalone:
                raise
            sys.exit(130)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; click would take a reader that went away for findings in the data."""
        from evnpubsvc.cli._terminal import OutputLostError

        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise OutputLostError(error) from None

    def speaking(self, lang: Language) -> CommandGroup:
        """Return the group in a language; this one stays as it is."""
        if lang == "en":
            return self
        spoken = copy.copy(self)
        spoken.lang = lang
        _translate(spoken, _table().get("evnpubsvc", {}))
        spoken.subcommand_metavar = said("subcommand", lang)
        return spoken

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return a command in the language of the group."""
        command = self.load(cmd_name)
        if command is None or self.lang == "en":
            return command
        spoken = copy.copy(command)
        _translate(spoken, _table().get(cmd_name, {}))
        return spoken

    def load(self, name: str) -> click.Command | None:
        """Return a command by its name."""
        return super().get_command(click.Context(self), name)


def _table() -> Mapping[str, Mapping[str, str]]:
    from evnpubsvc._tables import packaged_table

    return packaged_table("cli/vietnamese.toml")


def vietnamese_help(name: str) -> Mapping[str, str]:
    """Return the help of a command in Vietnamese."""
    return _table()[name]


def _translate(command: click.Command, words: Mapping[str, str]) -> None:
    """Put the Vietnamese help of a command and its options in place of the English."""
    command.context_class = _VietnameseContext
    command.help = words.get("help", command.help)
    command.short_help = words.get("short", None)
    command.options_metavar = said("options-metavar", "vi")
    params: list[click.Parameter] = []
    for param in command.params:
        spoken = copy.copy(param)
        if isinstance(param, click.Option):
            name = param.opts[0]
        else:
            name = param.name or ""
        if isinstance(spoken, click.Option):
            spoken.help = words.get(name) or _table()["shared"].get(name) or spoken.help
        shown = param.metavar or param.type.name.upper()
        metavar = words.get(f"{name} metavar") or _table()["metavars"].get(shown)
        if metavar:
            spoken.metavar = metavar
        params.append(spoken)
    command.params = params
