"""Take away: the results as files, the code of the fit, and the rows of another file labelled by the model."""

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
    """Show the files to download, the first labelled rows, the code of the fit, and the controls for new rows."""
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
