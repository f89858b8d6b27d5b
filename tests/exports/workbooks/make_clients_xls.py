"""How `clients.xls` was made, with xlwt 1.3.0, which is not needed for anything else: `python make_clients_xls.py`."""

import datetime
from pathlib import Path

import xlwt  # type: ignore[import-not-found]

book = xlwt.Workbook()
sheet = book.add_sheet("Clients")
day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
moment = xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM")
sheet.write(0, 0, "Clients of the clinic")
for column, heading in enumerate(("name", "phone", "since", "active")):
    sheet.write(1, column, heading)
sheet.write(2, 0, "Ana Núñez")
sheet.write(2, 1, 34600111222)
sheet.write(2, 2, datetime.date(2024, 2, 29), day)
sheet.write(2, 3, True)  # noqa: FBT003
sheet.write(3, 0, "Luis")
sheet.write(3, 1, "600 111 333")
sheet.write(3, 2, datetime.datetime(2024, 2, 29, 10, 30), moment)  # noqa: DTZ001
sheet.write_merge(3, 3, 3, 4, False)  # noqa: FBT003
book.add_sheet("Archive").visibility = 1
book.save(Path(__file__).with_name("clients.xls"))
