"""The parts of the Flask application at work: for pages and commands, which are called by Flask and given nothing."""

from typing import cast

from flask import current_app

from house.parts import Parts

EXTENSION = "zhijia"


def parts() -> Parts:
    """The parts of the current Flask application."""
    return cast(Parts, current_app.extensions[EXTENSION])
