"""MySQL's named locks (GET_LOCK): one process of a whole fleet does something. The server releases a lock by itself
when the connection ends, however it ends."""

from typing import Any


def name_of(connection: Any, purpose: str) -> str:
    """Names are the server's, so the database's is in it; at most 64 characters."""
    return f"{purpose}:{connection.settings_dict['NAME']}"[:64]


def take(connection: Any, purpose: str, seconds: int) -> bool:
    """Whether the lock is this connection's, waiting for at most so long. True again for whoever has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, %s)", [name_of(connection, purpose), seconds])
        return bool(cursor.fetchone()[0] == 1)
