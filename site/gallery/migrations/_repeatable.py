"""Schema operations that can be killed at any statement and run again. MySQL has no transactions around them, and
Django notes a migration as done only at its end: what is there already must then be no error."""

from typing import Any

from django.conf import settings
from django.db import migrations, models


def key() -> models.BigAutoField:
    """The id of a table."""
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def person(**options: Any) -> models.ForeignKey:
    """Who did something; NULL once the account is gone."""
    by = models.SET_NULL
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=by, related_name="+", **options)


class CreateModel(migrations.CreateModel):
    """Begins anew where it was killed. Only for a table that nothing is written to before its migration is noted."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f"DROP TABLE IF EXISTS {schema_editor.quote_name(table)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f"DROP TABLE IF EXISTS {schema_editor.quote_name(table)}")


class AddField(migrations.AddField):
    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not has_column(schema_editor, to_state.apps.get_model(app_label, self.model_name), self.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if has_column(schema_editor, from_state.apps.get_model(app_label, self.model_name), self.name):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class AlterForeignKey(migrations.AlterField):
    """Django drops the constraint, alters the column and adds the constraint again, if it was there when it began."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        lost = schema_editor.connection.vendor == "mysql" and not schema_editor._constraint_names(
            model, [field.column], foreign_key=True
        )
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        if lost:
            schema_editor.execute(schema_editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s"))


def has_column(schema_editor: Any, model: Any, name: str) -> bool:
    """Whether the field's column is in the model's table by now."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
    return model._meta.get_field(name).column in {column.name for column in columns}


class AddIndex(migrations.AddIndex):
    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _has_index(schema_editor, to_state.apps.get_model(app_label, self.model_name), self.index.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _has_index(schema_editor, from_state.apps.get_model(app_label, self.model_name), self.index.name):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def _has_index(schema_editor: Any, model: Any, name: str) -> bool:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        return name in connection.introspection.get_constraints(cursor, model._meta.db_table)
