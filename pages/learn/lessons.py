"""Lessons: a course of links; each opens a page with its own data and model, asks a question and shows the answer."""

from ui.shell.navigation import known_pages
from ui.views.lessons.cards import show_cards

show_cards(known_pages())
