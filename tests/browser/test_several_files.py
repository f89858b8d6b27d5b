"""A folder of files becomes one import: uploaded together, looked through table by table, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Running
from tests.browser.test_mapping import reach
from tests.browser.test_whole_way import ADMIN, PATIENCE, Look, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FILES = {
    "clientes.csv": "id,nombre,celular,email\n1,Ana Silva,+573001112233,ana@example.org\n2,Luz Diaz,,luz@example.org\n",
    "pacientes.csv": "id,id_cliente,nombre,especie,sexo\n7,1,Rex,Canino,macho\n8,2,Mishi,Felino,hembra\n",
    "estantes.csv": "estante,cajas\nA1,4\nB2,7\n",
}


def test_three_files_are_one_import_and_the_one_that_nothing_recognises_is_left_out(
    browser: Browser, running: Running, look: Look, tmp_path: Path
) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    with signed_in(browser, running, ADMIN) as (page, complaints):
        page.goto("/imports/new")

        page.locator("input[type=file]").set_input_files([tmp_path / name for name in FILES])
        expect(page.get_by_role("list", name="Chosen files").get_by_role("listitem")).to_have_text(
            list(FILES)
        )
        problems = look(page)
        page.get_by_role("button", name="Upload and check").click()
        page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=PATIENCE)
        address = re.sub(r"\?.*", "", page.url)

        expect(page.get_by_role("link", name="Look at the preview")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("heading", level=1)).to_have_text("clientes.csv and 2 more")
        page.goto(f"{address}/file")
        problems += look(page)
        left_out = page.get_by_role("row", name=re.compile("^estantes.csv"))
        expect(left_out).to_contain_text("No. Nothing in its headings says what it holds.")
        page.goto(f"{address}/preview")
        expect(page.get_by_text("Not imported: 1 table")).to_be_visible()

        page.goto(f"{address}/mapping")
        tab = page.get_by_role("navigation", name="Tables of this import").get_by_role(
            "link", name="pacientes.csv"
        )
        reach(page, tab)
        page.keyboard.press("Enter")
        expect(page.get_by_label("What column especie feeds")).to_have_value("pet.species")
        problems += look(page)
        page.set_viewport_size({"width": 390, "height": 844})
        problems += look(page)
        reach(page, page.get_by_role("button", name="Leave this table out"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("row", name=re.compile("^pacientes.csv"))).to_contain_text("Somebody chose")
        problems += look(page)
        assert problems == []
        assert complaints == []
