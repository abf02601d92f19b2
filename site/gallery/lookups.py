"""SQLite's LIKE knows upper and lower case of ASCII letters only. Words with others are looked for by a function of
ours there; MySQL's collation knows all of them."""

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import CharField, lookups


@CharField.register_lookup
class IContains(lookups.IContains):
    """`icontains` on SQLite with every letter in mind; what is ASCII stays with LIKE, which is several times faster."""

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not isinstance(self.rhs, str) or self.rhs.isascii():
            return self.as_sql(compiler, connection)
        left, parameters = self.process_lhs(compiler, connection)
        return f"has_folded({left}, %s)", [*parameters, self.rhs.casefold()]


def has_folded(text: str | None, word: str) -> bool:
    return text is not None and word in text.casefold()


def add_function(connection: Any, **_: Any) -> None:
    """To each new connection with SQLite."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("has_folded", 2, has_folded, deterministic=True)


connection_created.connect(add_function)
