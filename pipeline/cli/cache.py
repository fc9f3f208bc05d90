"""`claims cache`: what earlier runs have kept of documents."""

from __future__ import annotations

from pathlib import Path

import typer

from pipeline.address import FOLDER as COPIES
from pipeline.address import list_copies
from pipeline.cache import FOLDER, clear_cache, measure_cache
from pipeline.cli.app import DebugOption, SettingsOption, app
from pipeline.cli.console import printable
from pipeline.errors import UsageError

cache = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What earlier runs have kept of documents.")
app.add_typer(cache, name="cache")


def find_cache(settings_file: Path | None) -> Path:
    """The folder of the cache: beside the settings."""
    return (settings_file.parent if settings_file else Path()) / FOLDER


def find_copies(settings_file: Path | None) -> Path:
    """The folder with copies of what is at addresses: beside the cache."""
    return (settings_file.parent if settings_file else Path()) / COPIES


@cache.command()
def info(settings_file: SettingsOption = None, debug: DebugOption = False) -> None:
    """Say where the cache stands, and how large it is."""
    del debug
    held = measure_cache(find_cache(settings_file))
    megabytes = held.size / 1e6
    where = printable(str(held.folder))
    typer.echo(f"{where}: {held.entries} entries of {held.generations} generations, {megabytes:.1f} MB.")
    copies = find_copies(settings_file)
    if addresses := len(list_copies(copies)):
        typer.echo(printable(f"{copies}: copies of what is at {addresses} addresses."))


@cache.command()
def clear(settings_file: SettingsOption = None, debug: DebugOption = False) -> None:
    """Remove the cache, and the copies of what is at addresses. The next run reads every document anew."""
    del debug
    from pipeline.remote import remove_copies

    folder = find_cache(settings_file)
    try:
        clear_cache(folder)
        remove_copies(find_copies(settings_file))
    except OSError as error:
        message = f"{folder}: cannot be removed ({(error.strerror or str(error)).lower()}); remove it by hand."
        raise UsageError(message) from error
    typer.echo(printable(f"{folder}: is empty."))
