"""A real browser on a real server: Debian's Chromium, driven by Playwright."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.management import call_command
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

HERE = Path(__file__).resolve().parent
SHOTS = Path(settings.BASE_DIR) / "docs" / "images" if os.environ.get("GUICHET_SHOTS") else settings.VAR_DIR / "shots"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
NARROWEST = 320
WIDER_THAN_THE_PAGE = """() => {
  const root = document.documentElement;
  const sticksOut = (element) => element.getBoundingClientRect().right > root.clientWidth + 0.5;
  const found = [...document.querySelectorAll("main *, header *, footer *")].filter(sticksOut);
  return [root.scrollWidth - root.clientWidth, found.slice(-3).map((element) => element.outerHTML.slice(0, 160))];
}"""
# Wagtail fades its messages in, and a change of scheme passes from parents to children: half-way, no contrast holds.
ANIMATIONS_OVER = """async () => {
  const ends = (one) => Number.isFinite(one.effect.getComputedTiming().endTime);
  const frame = () => new Promise(requestAnimationFrame);
  for (await frame(), await frame(); ; await frame()) {
    const running = document.getAnimations().filter(ends);
    if (!running.length) return;
    await Promise.allSettled(running.map((one) => one.finished));
  }
}"""
# Words that French has not, to be found by their letters: no translation was forgotten.
ENGLISH = re.compile(
    r"\b(the|and|you|your|this|that|is|are|was|with|from|have|please|required|field|submit|search|save|delete|edit"
    r"|remove|upload|password|user|users|home|page not found|loading|close|back|next|previous|error|none)\b",
    re.IGNORECASE,
)
# WCAG 2.2 AA, and what axe's makers recommend beyond it.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lives here, so that ``-m "not browser"`` leaves it out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium a process; each page has a profile of its own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing: script/test installs it, or apt-get install chromium.")
    # Playwright keeps an event loop in this thread; Django would take every query for a blunder in async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def base_url(live_server, settings) -> str:
    """Where the portal answers during the test; links in e-mails lead there too."""
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return live_server.url


@pytest.fixture
def site(base_url: str, settings, tmp_path) -> str:
    """The public site, the agents' permissions and the municipalities, as `setup_site` leaves them; its address."""
    settings.MEDIA_ROOT = tmp_path
    call_command("setup_site", verbosity=0)
    return base_url


@pytest.fixture
def scriptless() -> dict[BrowserContext, Page | None]:
    """The browsers of this test that run no script, each with the page that axe looks at in its stead, once made."""
    return {}


@pytest.fixture
def new_page(browser: Browser, base_url: str, scriptless: dict) -> Iterator[Callable[..., Page]]:
    """``new_page(screen="phone", javascript=False, user=person)``: somebody's browser, at no address yet.

    ``page.goto("/connexion/")`` is relative to the server. A page that breaks the content security policy, throws,
    or gets an answer of 500 fails the test at its end.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        # An answer of 404 or 403 is also written to the console, and some tests ask for one.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            troubles.append(f"console of {message.page.url if message.page else '?'}: {message.text}")

    def note_response(response: Response) -> None:
        if response.status >= 500:
            troubles.append(f"{response.status}: {response.request.method} {response.url}")

    def new_page(*, screen: str = "desktop", javascript: bool = True, user=None, scheme: str = "light") -> Page:
        context = browser.new_context(
            **SCREENS[screen],
            base_url=base_url,
            java_script_enabled=javascript,
            locale="fr-CA",
            timezone_id="America/Toronto",
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if not javascript:
            scriptless[context] = None
        if user is not None:
            sign_in(context, user, base_url)
        page = context.new_page()
        page.on("console", note_console)
        page.on("pageerror", lambda error: troubles.append(f"script of {page.url}: {error}"))
        page.on("response", note_response)
        return page

    yield new_page
    for context in contexts:
        context.close()
    if troubles:
        pytest.fail("\n".join(troubles), pytrace=False)


@pytest.fixture
def page(new_page) -> Page:
    """A desktop's page, with JavaScript."""
    return new_page()


def sign_in(context: BrowserContext, user, base_url: str) -> None:
    """Give a browser the session of somebody who signed in; the journeys sign in by hand."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])


@pytest.fixture
def check_axe(new_page: Callable[..., Page], scriptless: dict) -> Callable[..., None]:
    """``check_axe(page)``: axe finds nothing on the page as it is now, or on its part ``within``.

    ``leaving_out``: parts that are not ours; ``without``: rules that do not apply. Each use says why.
    """

    def check_axe(
        page: Page, *, within: str = "", leaving_out: tuple[str, ...] = (), without: tuple[str, ...] = ()
    ) -> None:
        # A click is over when the next page begins, not when it is there to be looked at.
        page.wait_for_load_state()
        page.locator("main").first.wait_for(state="attached")
        looked_at = page
        if page.context in scriptless:
            looked_at = scriptless[page.context] = scriptless[page.context] or new_page()
            copy_for_axe(page, looked_at)
        looked_at.evaluate(ANIMATIONS_OVER)
        looked_at.evaluate(AXE_SCRIPT)
        where = {"include": [[within or "html"]], "exclude": [[part] for part in leaving_out]}
        options = {
            "runOnly": AXE_RULES,
            "resultTypes": ["violations"],
            "rules": {rule: {"enabled": False} for rule in without},
        }
        found = looked_at.evaluate("([where, options]) => axe.run(where, options)", [where, options])["violations"]
        if found:
            pytest.fail("\n".join([f"axe, on {page.url}:", *map(describe, found)]))

    return check_axe


def copy_for_axe(page: Page, copy: Page) -> None:
    """Show the same page where axe can run, itself a script: as it is without script, none of ours started."""
    html = page.content()
    copy.unroute_all()
    copy.route("**/*.js", lambda route: route.abort())
    copy.route(page.url.split("#")[0], lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    copy.set_viewport_size(page.viewport_size)
    copy.goto(page.url)


def describe(violation: dict) -> str:
    """One finding of axe as a few lines: the rule, and each place with what to do."""
    places = "".join(
        f"\n  {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for node in violation["nodes"][:5]
    )
    return f"{violation['id']}: {violation['help']}{places}"


@pytest.fixture
def check_width() -> Callable[[Page], None]:
    """``check_width(page)``: nothing makes the page scroll sideways."""

    def check_width(page: Page) -> None:
        wide, what = page.evaluate(WIDER_THAN_THE_PAGE)
        assert wide <= 0, f"{page.url} is {wide} px too wide for {page.viewport_size['width']} px: {what}"

    return check_width


@pytest.fixture
def check_page(check_axe, check_width) -> Callable[..., None]:
    """``check_page(page)``: what holds on every page: axe, French, no sideways scrolling, at 320 px neither.

    In the Wagtail admin only our own part is looked at: its frame is not ours.
    """

    def check_page(page: Page, *, leaving_out: tuple[str, ...] = ()) -> None:
        staff = "/gestion/" in page.url
        ours = "main" if staff else "body"
        check_axe(page, within="main" if staff else "", leaving_out=leaving_out)
        assert page.locator("html").get_attribute("lang") in {"fr-ca", "fr"}
        english = ENGLISH.findall(re.sub(r"\S+@\S+", "", page.locator(ours).inner_text()))
        assert not english, f"English on {page.url}: {english}"
        check_width(page)
        if not staff:
            size = page.viewport_size
            page.set_viewport_size({**size, "width": NARROWEST})
            check_width(page)
            page.set_viewport_size(size)

    return check_page


@pytest.fixture
def shoot() -> Callable[..., Path]:
    """``shoot(page, "accueil-phone")``: a picture in docs/images/ with GUICHET_SHOTS=1, else a file of this run."""

    def shoot(page: Page, name: str, *, full_page: bool = False) -> Path:
        assert re.fullmatch(r"[a-z0-9-]+", name)
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        shot = page.screenshot(full_page=full_page, animations="disabled", caret="hide")
        # A page has few colours: a palette makes the file three times smaller.
        Image.open(BytesIO(shot)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
        return path

    return shoot
