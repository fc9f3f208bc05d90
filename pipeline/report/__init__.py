"""The report: pages that open from disk and show what sources claim and where they disagree."""

from pipeline.report.rows import ReportInput
from pipeline.report.write import write_report

__all__ = ["ReportInput", "write_report"]
