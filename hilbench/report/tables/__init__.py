"""The report's smaller tables: what they are about, their headings, their cells as written."""

from hilbench.report.tables.against import against
from hilbench.report.tables.gains import gains
from hilbench.report.tables.layers import layers, most
from hilbench.report.tables.layouts import layouts
from hilbench.report.tables.members import members
from hilbench.report.tables.networks import networks
from hilbench.report.tables.table import Heading, Table
from hilbench.report.tables.variants import variants

__all__ = [
    "Heading",
    "Table",
    "against",
    "gains",
    "layers",
    "layouts",
    "members",
    "most",
    "networks",
    "variants",
]
