# 3 components, tied covariances: the same fit with gmm_core.
#
# It needs gmm_core, which is a folder within that of GMM Explorer and no package to install, and a
# Python with what requirements.txt lists there. Put this script into the folder of GMM Explorer, or
# name that folder in PYTHONPATH:
#     PYTHONPATH=/folder/of/gmm-explorer python fit_with_gmm_core.py

from gmm_core.data.preparation import Preparation, prepare
from gmm_core.data.samples import load_sample
from gmm_core.fit import fit
from gmm_core.specification import FitSpecification
from gmm_core.takeaway.labelled_rows import labelled_rows
from gmm_core.takeaway.model import Model

dataset = load_sample('penguins')
preparation = Preparation(
    columns=(
        'bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g',
    ),
    scaling='standard',
    missing='drop',
)
prepared = prepare(dataset, preparation)
specification = FitSpecification(
    n_components=3,
    covariance_type='tied',
    n_init=3,
    init='mixed',
    seed=42,
    tolerance=1e-06,
    max_iterations=500,
    regularization=1e-20,
    acceleration='none',
    sampling=True,
)
result = fit(prepared.X, specification, columns=prepared.columns)
model = Model.of(result, prepared, preparation, dataset.name)

# The same seed and versions give the same digits; other processors and versions, some ten of them.
print(f"log-likelihood {result.log_likelihood:.6f}, on screen -1187.895725")
print("weights", model.original.weights)
print("means, in original units", model.original.means, sep="\n")
rows = labelled_rows(dataset.table, model)
print(rows)
