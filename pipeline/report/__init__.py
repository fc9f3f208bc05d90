"""The report: pages that open from disk and show what sources claim and where they disagree."""

from pipeline.report.links import MAIN_PAGE
from pipeline.report.rows import ReportInput
from pipeline.report.write import is_stateless, write_report

__all__ = ["MAIN_PAGE", "ReportInput", "is_stateless", "write_report"]
