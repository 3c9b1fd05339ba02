"""What incident tools, monitors and pipelines send when an outage ends, as one kind of notice."""
