"""The card of the report: what it is, and the button that makes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from gmm_core.export.scripts.reproduction import Reproduction
from gmm_core.fitting.fit import Fit
from gmm_core.tables.origin import FromFile
from gmm_core.tables.preparation import PreparedData
from ui.links.share import full_link, landing_address
from ui.report.document import report
from ui.report.subject import Script, Subject
from ui.shell.analysis import Analysis
from ui.shell.component_colours import component_colour_numbers
from ui.uploads.reading_controls import described_options
from ui.views.export.file_cards import show_card
from ui.views.export.script import SCRIPTS


def show_report_card(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show the card of the report, one HTML file with everything about the fit."""
    subject = report_subject(analysis, prepared, fit)
    about = Reproduction(analysis.dataset, analysis.origin, analysis.preparation, prepared, fit)
    with show_card(
        "Report",
        "Data, preparation, model, figures to zoom and hover, parameters, checks and how to reproduce it, in one HTML "
        "file of about 5 MB that works without a network and prints well.",
    ):
        st.download_button(
            "HTML",
            lambda: report(replace(subject, scripts=scripts(about)), datetime.now(UTC)),
            "gaussian_mixture_report.html",
            "text/html",
            key="report_html",
            icon=":material/download:",
            on_click="ignore",
            help="It is made when you press the button and not stored. It contains the rows that its figures draw.",
        )


def report_subject(analysis: Analysis, prepared: PreparedData, fit: Fit) -> Subject:
    """The subject of the report: the visitor's current data and fit."""
    origin = analysis.origin
    is_file = isinstance(origin, FromFile)
    return Subject(
        analysis.dataset,
        prepared,
        analysis.preparation,
        fit,
        component_colour_numbers(fit.mixture, prepared.digest),
        reading=described_options(origin.options) if isinstance(origin, FromFile) else (),
        address=None if is_file else full_link(landing_address()),
    )


def scripts(about: Reproduction) -> tuple[Script, ...]:
    """The scripts that repeat the fit; slow if the data is a file, which is then read again."""
    return tuple(Script(f"With {row.title}", row.meaning, row.write(about)) for row in SCRIPTS)
