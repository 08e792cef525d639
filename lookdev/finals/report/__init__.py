"""What a show or a shot cost, used and was allowed: from its ledger and its parameter files.

Nothing here runs a model or writes to the ledger, but for `entries`.
"""

from lookdev.finals.report.build import report
from lookdev.finals.report.model import Report
from lookdev.finals.report.plots import cost_plot, energy_plot
from lookdev.finals.report.tables import write_csv
from lookdev.finals.report.text import text

__all__ = ["Report", "cost_plot", "energy_plot", "report", "text", "write_csv"]
