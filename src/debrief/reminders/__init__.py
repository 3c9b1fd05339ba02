"""Who is to be reminded of what, on which day; and what each channel is sent of it.

    archive ─ due: matters, each with a rhythm and recipients ─┐
    memory: what was said last ────────────────────────────────┴─ reminders ─┬─ issues
                                                                             ├─ slack, plain_json
                                                                             └─ mail

A *matter* is what somebody may be reminded of: an action until it is done, a record until it is
published, data until it is repaired, the work of somebody who has left. It has a rhythm: the days
on which it is to be said. A *reminder* is a matter that is said on one day, for every day of its
rhythm that has come since something was last said. So a day on which nothing goes out, or on which
nothing ran, swallows nothing.

Nothing here reads the clock or a file; ``posting`` and ``mailing`` alone reach the network.
"""
