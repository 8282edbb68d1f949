"""Statements straight to the driver, for the few paths where SQLAlchemy's results cost more than the statement itself.

Text and values as the driver wants them; errors are SQLAlchemy's, so callers need not know the difference.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def send(connection: Connection, statement: str, values: Mapping[str, Any]) -> Any:
    """The driver's cursor, from which rows are fetched as tuples. `statement` is a constant of ours.

    Raises DBAPIError and its kin; a connection that is lost is marked so.
    """
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    errors: Any = dialect.loaded_dbapi.Error
    try:
        return driver.execute(statement, values)
    except errors as error:
        lost = dialect.is_disconnect(error, driver, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement,
            None,
            error,
            errors,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
