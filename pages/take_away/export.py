"""Take away: everything that was found, as files and as code, and new rows labelled by the model."""

from gmm_core.export.model_file.model import Model
from gmm_core.fitting.fit import Fit
from gmm_core.tables.preparation import PreparedData
from ui.shell.analysis import Analysis
from ui.shell.page import fit_page
from ui.views.export.file_cards import cards, first_rows, labelled_rows_card, link_card, model_card
from ui.views.export.new_rows import new_rows
from ui.views.export.opened_model import model_warnings
from ui.views.export.report_card import report_card
from ui.views.export.script import code


@fit_page
def export(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """What can be taken, the first rows of it, the code of the fit, and new rows."""
    model = Model.of(fit, prepared, analysis.preparation, analysis.dataset.name)
    with cards():
        labelled_rows_card(analysis.dataset, analysis.origin, model)
        model_card(model)
        report_card(analysis, prepared, fit)
        link_card()
    model_warnings(model)
    first_rows(analysis.dataset, model)
    code(analysis, prepared, fit)
    new_rows(model)


export()
