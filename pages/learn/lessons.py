"""Lessons: a course of links; each opens a page with its own data and model, asks a question and shows the answer."""

import streamlit as st

from ui.lessons.progress import known_pages
from ui.views.lessons.cards import show_cards

st.subheader("Lessons", anchor=False)
show_cards(known_pages())
