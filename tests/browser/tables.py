"""What the tables on a page offer to do with their cells."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

EXPORT = re.compile("download|export|copy|csv", re.IGNORECASE)


def assert_offers_no_export(page: Page, least: int = 0) -> None:
    """No table on the page has a button that lets cells out; there are at least so many tables."""
    tables = page.get_by_test_id("stDataFrame")
    if least:
        expect(tables.nth(least - 1)).to_be_attached()
    for table in tables.all():
        buttons = table.get_by_test_id("stElementToolbar").get_by_role("button", include_hidden=True)
        expect(buttons).not_to_have_count(0)
        names = [button.get_attribute("aria-label") or button.inner_text() for button in buttons.all()]
        assert all(names) and not [name for name in names if EXPORT.search(name)]
