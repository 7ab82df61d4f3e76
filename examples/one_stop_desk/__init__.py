"""The one-stop desk (*một cửa*): a small real application on PostgreSQL or SQLite.

`store` keeps dossiers as their events, `desk` asks this library about them, `pages` shows them,
`web` serves them. `python -m examples.one_stop_desk` starts it; see README.md beside this file.
"""
