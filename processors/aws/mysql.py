"""The functions' connection to MySQL, with credentials from Secrets Manager."""

import os
from typing import Any

import pymysql
from aws_lambda_powertools.utilities import parameters
from pymysql.constants import CLIENT

from processors import records

ACCESS_DENIED = 1045  # MySQL: "Access denied for user": the password has rotated since we read it
_connection: Any = None


def connect() -> Any:
    """The connection to MySQL, one for each container: making it costs up to 50 ms. Checked before each event, made
    anew where it was lost; the schema is checked when it is made."""
    global _connection
    if _connection is not None:
        try:
            _connection.ping(reconnect=False)
            return _connection
        except pymysql.err.Error:
            _connection = None
    connection = _connect_again_if_denied()
    records.check_schema(connection)
    _connection = connection
    return connection


def _connect_again_if_denied() -> Any:
    try:
        return _connect(_credentials(fresh=False))
    except pymysql.err.OperationalError as error:
        if error.args[0] != ACCESS_DENIED:
            raise
    return _connect(_credentials(fresh=True))


def _connect(credentials: dict[str, str]) -> Any:
    return pymysql.connect(
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ.get("DATABASE_PORT", "3306")),
        database=os.environ["DATABASE_NAME"],
        user=credentials["username"],
        password=credentials["password"],
        charset="utf8mb4",
        autocommit=True,
        client_flag=CLIENT.FOUND_ROWS,
        init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",  # as Django has it: fewer locks
        connect_timeout=10,
        read_timeout=30,
        write_timeout=30,
        ssl_ca=os.environ["DATABASE_CA"],
        ssl_verify_cert=True,
        ssl_verify_identity=True,
    )


def _credentials(*, fresh: bool) -> dict[str, str]:
    """username and password; RDS rotates them by itself and keeps nothing else in its secret."""
    secret = parameters.get_secret(os.environ["DATABASE_SECRET_ARN"], transform="json", max_age=300, force_fetch=fresh)
    return {"username": secret["username"], "password": secret["password"]}
