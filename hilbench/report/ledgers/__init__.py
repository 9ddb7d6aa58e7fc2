"""The report's smaller tables: what they are about, their headings, their cells as written."""

from hilbench.report.ledgers.against import against
from hilbench.report.ledgers.gains import gains
from hilbench.report.ledgers.layouts import layouts
from hilbench.report.ledgers.ledger import Heading, Ledger
from hilbench.report.ledgers.variants import variants

__all__ = ["Heading", "Ledger", "against", "gains", "layouts", "variants"]
