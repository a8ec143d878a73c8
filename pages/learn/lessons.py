"""Lessons: a course of links, each of which sets data, model and page, asks, and then shows."""

import streamlit as st

from ui.lesson_cards import cards
from ui.lesson_place import known_pages

st.subheader("Lessons", anchor=False)
cards(known_pages())
