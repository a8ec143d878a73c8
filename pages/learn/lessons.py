"""Lessons: a course of links, each of which sets data, model and page, asks, and then shows."""

import streamlit as st

from ui.lessons.progress import known_pages
from ui.views.lessons.cards import cards

st.subheader("Lessons", anchor=False)
cards(known_pages())
