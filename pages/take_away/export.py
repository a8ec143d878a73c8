"""Take away: the results as files, the code of the fit, and the rows of another file labelled by the model."""

from gmm_core.export.model_file.model import Model
from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.shell.analysis import Analysis
from ui.shell.page import fit_page
from ui.views.export.file_cards import (
    show_cards,
    show_first_rows,
    show_labelled_rows_card,
    show_link_card,
    show_model_card,
)
from ui.views.export.new_rows import show_new_rows
from ui.views.export.opened_model import show_model_warnings
from ui.views.export.report_card import show_report_card
from ui.views.export.script import show_code


@fit_page
def export(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show the files to download, the first labelled rows, the code of the fit, and the controls for new rows."""
    model = Model.of(fit, prepared, analysis.preparation, analysis.dataset.name)
    with show_cards():
        show_labelled_rows_card(analysis.dataset, analysis.origin, model)
        show_model_card(model)
        show_report_card(analysis, prepared, fit)
        show_link_card()
    show_model_warnings(model)
    show_first_rows(analysis.dataset, model)
    show_code(analysis, prepared, fit)
    show_new_rows(model)


export()
