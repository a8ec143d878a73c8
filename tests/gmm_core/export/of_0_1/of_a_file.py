# 2 components, full covariances: the same fit with gmm_core.
#
# It needs gmm_core, which is a folder within that of GMM Explorer and no package to install, and a
# Python with what requirements.txt lists there. Put this script into the folder of GMM Explorer, or
# name that folder in PYTHONPATH:
#     PYTHONPATH=/folder/of/gmm-explorer python fit_with_gmm_core.py
# The file of data is looked for in the folder in which you run this.

from pathlib import Path

from gmm_core.data.options import ReadOptions
from gmm_core.data.preparation import Preparation, prepare
from gmm_core.data.reader import read_file
from gmm_core.fit import fit
from gmm_core.specification import FitSpecification
from gmm_core.takeaway.labelled_rows import labelled_rows
from gmm_core.takeaway.model import Model

file = Path('measured.csv')
options = ReadOptions(encoding='utf-8', delimiter='semicolon', decimal_comma=True, header=True)
dataset = read_file(file.read_bytes(), file.name, options).dataset
preparation = Preparation(columns=('width', 'price'), scaling='standard', missing='drop')
prepared = prepare(dataset, preparation)
specification = FitSpecification(
    n_components=2,
    covariance_type='full',
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
print(f"log-likelihood {result.log_likelihood:.6f}, on screen -101.816194")
print("weights", model.original.weights)
print("means, in original units", model.original.means, sep="\n")
rows = labelled_rows(dataset.table, model)
print(rows)
