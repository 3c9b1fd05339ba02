"""Several repositories, one archive.

``catalog/sources.yml`` names other archives: checkouts of their repositories, or their exports.
Their records stand beside the own ones, each id with ``~`` and the source's name behind it; owners
and assets keep their ids, and the catalogs are made one. The gate knows nothing of all this: it
checks what lies in its own repository.

``places.py`` finds the folders, ``exports.py`` reads an export, ``catalogs.py`` joins the catalogs
and names what does not agree, ``joining.py`` does the rest.
"""

from debrief.federation.joining import Brought, Federation, federate, unite

__all__ = ["Brought", "Federation", "federate", "unite"]
