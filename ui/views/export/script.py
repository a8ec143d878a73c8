"""The code of the fit: one script per library, to read, copy and download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from gmm_core.export.scripts.gmm_core_script import FILE, gmm_core_script
from gmm_core.export.scripts.reproduction import Reproduction
from gmm_core.export.scripts.scikit_learn_script import scikit_learn_refusal, scikit_learn_script
from gmm_core.fitting.fit import Fit
from gmm_core.tables.origin import FromFile
from gmm_core.tables.preparation import PreparedData
from ui.shell.analysis import Analysis

HEIGHT = 420
"""The height of the code on the page, in pixels."""
_TEXTS = "scripts"
"""Key of the session state: a fit, the digest of its data, and the texts of its scripts by file name."""


@dataclass(frozen=True)
class ScriptVariant:
    """A kind of script that repeats a fit.

    Parameters
    ----------
    title : str
        The library.
    meaning : str
        What the script does, in a sentence.
    file : str
        The name of the file.
    write : (Reproduction) -> str
        Writes the text of the script.
    needs : str
        What the script needs in order to run, in a sentence; empty if nothing more than the libraries.
    refusal : (Reproduction) -> str or None
        A sentence that says why this fit cannot have such a script; None if it can.
    """

    title: str
    meaning: str
    file: str
    write: Callable[[Reproduction], str]
    needs: str = ""
    refusal: Callable[[Reproduction], str | None] = lambda about: None


SCRIPTS = (
    ScriptVariant(
        "gmm_core",
        "Fits again from the same data, preparation and specification, and arrives at the same numbers.",
        FILE,
        gmm_core_script,
        "It needs the folder of GMM Explorer, in which gmm_core lies: put the script there, or name that folder in "
        "PYTHONPATH, as its first lines show.",
    ),
    ScriptVariant(
        "scikit-learn",
        "Needs NumPy, pandas and scikit-learn alone. It starts from the result of this fit and continues EM: a second "
        "opinion on the same optimum.",
        "fit_with_scikit_learn.py",
        scikit_learn_script,
        refusal=scikit_learn_refusal,
    ),
)
"""The scripts, in the order of their tabs."""


def show_code(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show the scripts in tabs; a script is written when its tab is opened."""
    st.subheader("Code", anchor=False)
    about = Reproduction(analysis.dataset, analysis.origin, analysis.preparation, prepared, fit)
    tabs = st.tabs([script.title for script in SCRIPTS], on_change="rerun", key="script")
    for tab, script in zip(tabs, SCRIPTS, strict=True):
        if tab.open:
            with tab:
                _show(script, about)


def _show(script: ScriptVariant, about: Reproduction) -> None:
    refusal = script.refusal(about)
    if refusal is not None:
        st.markdown(refusal)
        return
    text = _script_text(script, about)
    file = (
        " It looks for your file in the folder in which you run it."
        if isinstance(about.origin, FromFile)
        else ""
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(script.meaning, width="stretch")
        st.download_button(
            "Script",
            lambda: text,
            script.file,
            "text/x-python",
            key=f"download_{script.file}",
            icon=":material/download:",
            on_click="ignore",
        )
    if script.needs:
        st.caption(f":material/info: {script.needs}{file}")
    st.code(text, language="python", height=HEIGHT)


def _script_text(script: ScriptVariant, about: Reproduction) -> str:
    """The text of the script, kept until the fit changes, because writing it may read an uploaded file again."""
    known: tuple[Fit, str, dict[str, str]] | None = st.session_state.get(_TEXTS)
    if known is None or known[0] is not about.fit or known[1] != about.prepared.digest:
        known = (about.fit, about.prepared.digest, {})
        st.session_state[_TEXTS] = known
    if script.file not in known[2]:
        known[2][script.file] = script.write(about)
    return known[2][script.file]
