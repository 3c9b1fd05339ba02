"""A past outage as a tabletop exercise: what was known is given out step by step.

``course.py`` cuts the timeline into rounds, ``secrets.py`` says what no participant may read,
``plan.py`` adds what the facilitator needs; ``facilitator.py`` and ``participants.py`` make sheets
of it, out of the blocks of ``sheet.py``, which ``markdown.py`` and ``printable.py`` write.
"""
