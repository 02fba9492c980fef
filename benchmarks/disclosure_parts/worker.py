"""The disclosure worker without a masker, so that free text is withheld; `KETENSLUIS_*` as ever.

Text masking takes as long as it takes: it has a benchmark of its own.
"""

from __future__ import annotations

from ketensluis.agreements.book import Agreements
from ketensluis.classification.classifier import load_classifier
from ketensluis.envelope.directory import party_folder
from ketensluis.model.party import HUB
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.hub_secret import hub_pseudonyms
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder, post_of
from services.disclosure.process import DisclosureStage
from services.disclosure.rules import RuleBook

__all__ = ["maskless_stage"]


def maskless_stage(settings: Settings) -> DisclosureStage:
    """The stage as it runs in production, but for the masking engine."""
    post = post_of(settings, HUB)
    rules = RuleBook(
        agreements=Agreements.load(resource("agreements")),
        regions=load_regions(resource("reference")),
        classifier=load_classifier(resource("reference")),
        pseudonyms=hub_pseudonyms(party_folder(pki_folder(settings), HUB)),
    )
    return DisclosureStage(opener=post.opener, sealer=post.sealer, codec=post.codec, rules=rules)


if __name__ == "__main__":
    found = Settings()
    run_worker(maskless_stage(found), found)
