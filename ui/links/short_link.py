"""Short links of earlier versions, with all settings packed into one token: they still open.

A token is the sign of its version and, in Base64 of the kind that addresses take, two bytes by which a damaged one
is known and the settings, deflated against a dictionary of what settings were called. It never changes, or links that
people have sent would open on something else.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode
from urllib.parse import parse_qsl

from gmm_core.errors import ExplorerError

LONGEST_TOKEN = 4_000
"""Most characters of a token."""
LONGEST_SETTINGS = 8_000
"""Most bytes of the unpacked settings."""
MAX_SETTINGS = 100
"""Most settings in a token."""
NOT_CARRIED = frozenset({"s", "embed", "embed_options"})
"""Parameters that belong to an address, not to the settings."""
_CHECK_BYTES = 2
_RAW = -zlib.MAX_WBITS  # deflate without a header

_VERSION = "1"
_DICTIONARY = (
    b"uniform_noise_outliers_outlier_share=overlapping_separation=unequal_size_ratio=unequal_spread_ratio="
    b"moons_noise=concentric_factor=concentric_noise=crossed_stretch=anisotropic_stretch=anisotropic_centers="
    b"a-seed-does-not-name-a-cluster&a-density-above-one&components-are-not-clusters&too-many-dimensions"
    b"&stretching-hurts-k-means&same-mean-different-shape&local-optima&the-wrong-k&the-singularity&units-matter"
    b"&bic-or-icl&soft-or-hard&columns_wine_13=alcohol&columns_iris_4=petal+length+%28cm%29&sepal+width+%28cm%29"
    b"&columns_palmer_penguins_5=bill_length_mm&bill_depth_mm&flipper_length_mm&body_mass_g&year"
    b"&columns_old_faithful_2=eruptions&waiting&survey_restarts=100&survey_kinds=&first_optimum=B&second_optimum=C"
    b"&path_axis_1_of_4=&path_axis_2_of_4=&plane=Two+columns&cells_view=&apart=1.5+%C3%97&stretch=2+%C3%97"
    b"&stretched=&outlier=true&outlier_at=%2C+&shapes_view=&film_view=&means=%3B+&start=Placed+by+hand"
    b"&start=Restart+1&threshold_by=&threshold_percent=&density_view=&surface=true&regions=50%25&regions=90%25"
    b"&points=&show=Highest-density+regions&show=Uncertainty&guess_first=true&criterion=ICL&criterion=AIC&k_max=20"
    b"&sweep_types=full&sweep_types=tied&sweep_types=diag&present=true&units=Fitted+units&contours=50%25"
    b"&contours=90%25&contours=95%25&colour=Responsibility&colour=True+label&colour=None&view=3-D&view=Pairs"
    b"&axis_3_of_4=&axis_2_of_4=&axis_1_of_4=&view=Principal+plane&missing=Fill+by+median&labels_&scale=Robust"
    b"&scale=As+they+are&max_iter=1000&regularization=1e-3&tolerance=1e-8&init=random+responsibilities"
    b"&init=random+points&init=splits&init=k-means%2B%2B&init=k-means&lesson=&answer=b&answer=a&data=Stretched+blobs"
    b"&data=Unequal+sizes&data=Overlapping+groups&data=Crossed+groups&data=Concentric+rings&data=Uniform+noise"
    b"&data=Blobs+with+outliers&data=Two+moons&data=Wine&data=Iris&data=Palmer+penguins&data=Old+Faithful"
    b"&blobs_n_features=8&blobs_cluster_std=2.0&blobs_centers=4&blobs_n_samples=2000&blobs_random_state=1&n_init=10"
    b"&seed=1&covariance=spherical&covariance=diag&covariance=tied&k=4&k=2"
)


_SENTENCE = (
    "The short link lost a part on its way, so the settings are the usual ones: ask for it again, in full."
)


class BrokenLink(ExplorerError):
    """A token that this app did not make, or that lost a part on its way."""


def settings(token: str) -> list[tuple[str, str]]:
    """The settings of a token; raises `BrokenLink`, with a sentence for a person, where it is none."""
    if token[:1] != _VERSION or len(token) > LONGEST_TOKEN:
        raise BrokenLink(_SENTENCE)
    try:
        content = urlsafe_b64decode(token[1:].encode("ascii") + b"=" * (-len(token[1:]) % 4))
        inflate = zlib.decompressobj(_RAW, _DICTIONARY)
        text = inflate.decompress(content[_CHECK_BYTES:], LONGEST_SETTINGS)
        if not inflate.eof or inflate.unused_data or content[:_CHECK_BYTES] != _check(text):
            raise BrokenLink(_SENTENCE)
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(text),
            max_num_fields=MAX_SETTINGS,
        )
    except (ValueError, zlib.error) as error:
        raise BrokenLink(_SENTENCE) from error
    return [(name, value) for name, value in pairs if name not in NOT_CARRIED]


def _check(text: bytes) -> bytes:
    return (zlib.crc32(text) & 0xFFFF).to_bytes(_CHECK_BYTES, "big")
