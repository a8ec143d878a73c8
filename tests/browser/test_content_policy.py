"""A page loads nothing from anywhere else: the browser itself refuses."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.running_server import RunningServer


def test_a_page_can_load_nothing_from_another_host(chromium: Browser, server: RunningServer) -> None:
    page = chromium.new_page()
    page.goto(server.url)
    added = "document.body.append(Object.assign(document.createElement('{}'), {{src: '//evil.test'}}))"
    loads = {
        "img-src": "new Image().src = 'http://evil.test/a.png'",
        "connect-src": "fetch('http://evil.test/').catch(() => {})",
        "script-src-elem": added.format("script"),
        "frame-src": added.format("iframe"),
    }
    for directive, load in loads.items():
        refused = page.evaluate(
            f"""() => new Promise((resolve) => {{
              const told = (event) => resolve(event.effectiveDirective);
              addEventListener('securitypolicyviolation', told, {{once: true}});
              {load};
            }})"""
        )
        assert refused == directive
    page.close()
