"""Pages opened in Chromium: what they ask for, what goes wrong on them, and what axe-core finds."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

# Every element of the page is drawn, and so are those inside it.
_READY = """
() => {
    const tags = 'clearprop-player, clearprop-network, clearprop-unit';
    const ready = element => element.hasAttribute('data-ready') &&
        [...element.shadowRoot.querySelectorAll(tags)].every(ready);
    return [...document.querySelectorAll(tags)].every(ready);
}
"""


class Visit:
    """A page in a context of its own, and what went wrong on it."""

    def __init__(self, browser: "Browser", path: Path, html: str, **options) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        path.write_text(html, encoding="utf-8")
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())
        self.own = path.as_uri()
        if options.get("java_script_enabled", True) and "customElements" in html:
            settled(self.page)

    def went_well(self) -> bool:
        """Nothing was asked for but the page itself and what it carries; nobody complained."""
        others = [url for url in self.asked if url != self.own and not url.startswith("data:")]
        return (others, self.complaints) == ([], [])


def settled(page: "Page") -> None:
    """Wait until every element of the page is drawn."""
    page.wait_for_function(_READY)


def faults(page: "Page") -> list[str]:
    """What axe-core finds that is more than minor."""
    from axe_playwright_python.sync_playwright import Axe  # an optional library

    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html']}"
        for fault in found
        if fault["impact"] != "minor"
    ]


def button(page: "Page", name: str) -> "Locator":
    """The button of a name."""
    return page.get_by_role("button", name=name, exact=True)
