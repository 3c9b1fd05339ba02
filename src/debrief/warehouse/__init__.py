"""The archive as tables, for a warehouse and for SQL.

``tables.py`` is the registry: each table with its columns, and how a row is made. The writers, the
schema, the dbt sources, the reference page and the database are made from it and know no column by
name.
"""
