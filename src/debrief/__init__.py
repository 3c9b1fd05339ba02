"""Postmortems of data outages, kept as code: the library under the gate and the site.

It knows neither MkDocs (``hooks/`` does) nor the command line (``scripts/`` does).
"""
