"""Migration operations that differ between engines."""

from typing import Any

from django.db.migrations.operations import CreateModel

from tradepost.engines import engine_of


class CreateCountedModel(CreateModel):
    """Creates a table whose ids count 1, 2, 3 … on every engine."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create the table with the engine's own options, and run its extra statements."""
        engine = engine_of(schema_editor.connection)
        meta = to_state.apps.get_model(app_label, self.name)._meta
        for option, value in engine.counted_table_options.items():
            setattr(meta, option, value)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        for statement in engine.count_from_one:
            schema_editor.execute(statement.format(table=meta.db_table, column=meta.pk.column))
