"""Take away: everything that was found, as files and as code, and new rows labelled by the model."""

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from gmm_core.takeaway.model import Model
from ui.shell.page import page_of_the_fit
from ui.shell.work import Work
from ui.views.export.file_cards import cards, first_rows, labelled_rows_card, model_card
from ui.views.export.link_card import link_card
from ui.views.export.new_rows import new_rows
from ui.views.export.opened_model import model_warnings
from ui.views.export.report_card import report_card
from ui.views.export.script import code


@page_of_the_fit
def export(work: Work, prepared: PreparedData, fit: Fit) -> None:
    """What can be taken, the first rows of it, the code of the fit, and new rows."""
    model = Model.of(fit, prepared, work.preparation, work.dataset.name)
    with cards():
        labelled_rows_card(work.dataset, work.origin, model)
        model_card(model)
        report_card(work, prepared, fit)
        link_card()
    model_warnings(model)
    first_rows(work.dataset, model)
    code(work, prepared, fit)
    new_rows(model)


export()
