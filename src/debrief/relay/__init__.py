"""Takes webhooks of incident tools, and passes on what is genuine as an event of the repository.

Standard library only, and nothing of the rest of the project: this stands open to the network and
holds a token, so there should be little of it.
"""
