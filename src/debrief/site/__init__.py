"""What the site shows: pages made from an archive and a date, without a site generator.

Needs jinja2 and markdown, which come with the ``site`` extra; nothing else in the library imports
it. Hooks hand the pages to MkDocs; any other generator can take them the same way.
"""
