"""Where a catalog already lives, one module for each form: dbt, OpenLineage, data contracts."""
