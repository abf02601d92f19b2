"""The functions' own user of the database: what it may do, and the SQL that makes it so. For MySQL and MariaDB, by an
account such as RDS's master: it may create users and pass on its rights, and read the schema `mysql`; it is not SUPER.

The password is a parameter of two statements, which MySQL writes into its logs without it (manual, "Passwords and
Logging"). An error of theirs may quote it: its number is all that may be shown.
"""

from typing import Any

# What the statements of processors/records.py and ledger.py need: no sessions, no accounts, no tokens.
PRIVILEGES = {
    "annotations": "SELECT, INSERT, UPDATE",
    "budgets": "SELECT, INSERT, UPDATE",
    "image_tags": "SELECT, INSERT, DELETE",
    "image_words": "SELECT, INSERT, DELETE",
    "images": "SELECT, INSERT, UPDATE",
    "jobs": "SELECT, INSERT, UPDATE",
    "prompts": "SELECT",
    "translations": "SELECT, INSERT, UPDATE, DELETE",
    "words": "SELECT, INSERT, UPDATE",
}


def make(connection: Any, username: str, password: str) -> None:
    """Let this user log in by TLS with this password, and do what PRIVILEGES says and nothing else. Changes nothing
    where all is so. Raises Django's database errors.

    Nobody is cut off: connections stay open, and rights that are needed go only together with others that are not.
    """
    needed = _needed(connection)
    with connection.cursor() as cursor:
        for verb in ("CREATE USER IF NOT EXISTS", "ALTER USER"):
            cursor.execute(f"{verb} %s@'%%' IDENTIFIED BY %s REQUIRE SSL", [username, password])
        if _rights(cursor, username) - needed:
            cursor.execute("REVOKE ALL PRIVILEGES, GRANT OPTION FROM %s@'%%'", [username])
        for role in _rights(cursor, username) - needed:  # on MySQL they are not among "all"
            revoke = role.replace("GRANT", "REVOKE", 1).replace("%", "%%")
            cursor.execute(f"{revoke} FROM %s@'%%'", [username])
        for right in sorted(needed):
            cursor.execute(f"{right} TO %s@'%%'", [username])


def _rights(cursor: Any, username: str) -> set[str]:
    """What the user may do, such as "GRANT SELECT ON `database`.`table`"."""
    cursor.execute("SHOW GRANTS FOR %s@'%%'", [username])
    lines = [str(line) for (line,) in cursor.fetchall()]
    option = " WITH GRANT OPTION"
    # Without the account: behind it MariaDB shows the hash of the password.
    return {line.split(" TO ")[0] + (option if line.endswith(option) else "") for line in lines}


def _needed(connection: Any) -> set[str]:
    quote, database = connection.ops.quote_name, connection.settings_dict["NAME"]
    tables = {f"GRANT {words} ON {quote(database)}.{quote(table)}" for table, words in PRIVILEGES.items()}
    return tables | {"GRANT USAGE ON *.*"}  # which is to log in
