"""A small Django project around dossiers: fields, choices, the admin, a command.

`docs/how-to/use-with-django.md` tells it. `python -m django migrate --settings
examples.django_desk.settings` begins.
"""
