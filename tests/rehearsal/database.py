"""MariaDB as the RDS instance: TLS, the account that the managed secret names, and what RDS does to it meanwhile."""

import json
import time
from contextlib import closing
from typing import Any

import pymysql

from tests.servers import mariadb


class Database:
    """`name`: of the product's database. The account may connect by TLS only."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.server = mariadb.start()
        self.server.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")

    @property
    def overrides(self) -> dict[str, str]:
        """Where it is: the address that moto gives an RDS instance leads nowhere, and the certificate is our own."""
        return {
            "DATABASE_HOST": self.server.host, "DATABASE_PORT": str(self.server.port), "DATABASE_CA": self.server.ca
        }  # fmt: skip

    def admit(self, secret: dict[str, str]) -> None:
        """Make the account that is in the managed secret."""
        account = f"'{secret['username']}'@'%'"
        self.server.execute(
            f"CREATE USER {account} IDENTIFIED BY '{secret['password']}' REQUIRE SSL",
            f"GRANT {self.server.master} ON *.* TO {account} WITH GRANT OPTION",
        )

    def rotate(self, manager: Any, arn: str, password: str) -> None:
        """As RDS rotates its secret: the password of the server first, then the secret; nobody is cut off."""
        username = json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])["username"]
        self.server.set_password(username, password)
        text = json.dumps({"username": username, "password": password})
        manager.put_secret_value(SecretId=arn, SecretString=text)

    def cut_idle(self) -> int:
        """End the connections that nobody has used for two seconds, so that new ones need the password of now."""
        idle = self.query("SELECT id FROM information_schema.processlist WHERE command = 'Sleep' AND time >= 2")
        for row in idle:
            try:
                self.server.execute(f"KILL {row['id']}")
            except pymysql.err.OperationalError:  # it went by itself
                continue
        return len(idle)

    def away(self, seconds: float) -> None:
        """Stopped for a while, then back with all its data."""
        self.server.down()
        time.sleep(seconds)
        self.server.up()

    def query(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        connection = pymysql.connect(
            unix_socket=str(self.server.folder / "s.sock"), user="root", database=self.name, autocommit=True,
            cursorclass=pymysql.cursors.DictCursor,
        )  # fmt: skip
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def stop(self) -> None:
        mariadb.stop(self.server)
        mariadb.start.cache_clear()
